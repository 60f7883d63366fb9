/* dht_page.h -- the parts of the page about the DHT that have no cursor: nodes of each
 * family, buckets as bars, traffic by kind, totals. Each draws into a pane of any size,
 * and says how many rows it would take in one that is high enough. Draws only. */
#ifndef UI_DHT_PAGE_H
#define UI_DHT_PAGE_H

#include "model/detail_dht.h"
#include "ui/draw.h"

/* Nodes of each family that is on, and how others see us. */
int dht_page_nodes(const struct draw_pane *p, const struct detail_dht *d);
/* A strip of buckets for each family that is on: the far half of the network on the
 * left, how many good nodes of each. */
int dht_page_strips(const struct draw_pane *p, const struct detail_dht *d);
/* A bar for each bucket of the family with more nodes, below a heading. */
int dht_page_bars(const struct draw_pane *p, const struct detail_dht *d);
/* A row for each kind of query that was seen, below a heading; what was seen most first
 * where not all fit. */
int dht_page_traffic(const struct draw_pane *p, const struct detail_dht *d);
/* What is kept for others, bytes, what was dropped, and who is not heard. */
int dht_page_totals(const struct draw_pane *p, const struct detail_dht *d);

#endif
