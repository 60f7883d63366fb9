/* encryption.h -- how connections to peers are to be: what the user chooses, and who dials
 * and who answers asks (approach, mseconn, doorway). A value. */
#ifndef MODEL_ENCRYPTION_H
#define MODEL_ENCRYPTION_H

/* Incoming ones of both kinds are taken but where it is REQUIRED. */
enum encryption {
    ENCRYPTION_PLAIN,     /* dialled plain first, and encrypted if that fails */
    ENCRYPTION_PREFERRED, /* the reverse */
    ENCRYPTION_REQUIRED   /* every stream is RC4 */
};

#endif
