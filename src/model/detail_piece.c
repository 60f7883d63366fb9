#include "config.h"

#include "model/detail_piece.h"

const char *detail_piece_reason_name(enum detail_reason reason)
{
    static const char *const names[DETAIL_PICK_N] = {
        [DETAIL_PICK_NONE] = "not picked",
        [DETAIL_PICK_PARTIAL] = "finish partial",
        [DETAIL_PICK_RANDOM] = "random first piece",
        [DETAIL_PICK_RAREST] = "rarest",
        [DETAIL_PICK_PRIORITY] = "high priority",
        [DETAIL_PICK_SEQUENTIAL] = "sequential",
        [DETAIL_PICK_ALLOWED_FAST] = "allowed while choked",
        [DETAIL_PICK_SUGGESTED] = "suggested by the peer",
        [DETAIL_PICK_ENDGAME] = "endgame",
        [DETAIL_PICK_LATE] = "late elsewhere",
    };
    return names[reason];
}
