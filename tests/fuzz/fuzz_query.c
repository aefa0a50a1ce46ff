/* The part of an address after "?", for every route that takes one: split, and read into the
 * route's struct. The first byte chooses the route. Also the ids of live events, lists of proxies
 * and rates. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/live_place.h"
#include "http/address.h"
#include "http/rate.h"
#include "wire/routes.h"
#include "wire/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void query(const struct codec_message *m, char *text)
{
    CLEANUP(arena_freep) struct arena *a = arena_new((size_t)1 << 22);
    struct uri_pair pairs[URI_QUERY_MAX];
    struct error err = {0};
    size_t n;

    if (!uri_query_split(text, pairs, &n, &err) ||
        !codec_decode_pairs(m, pairs, n, a, arena_alloc(a, m->size), &err))
        assert(err.code != ERR_NONE);
}

static void place(const char *text)
{
    struct live_place p, again;
    char written[LIVE_PLACE_MAX];

    if (!live_place_parse(text, &p))
        return;
    live_place_format(&p, written);
    assert(live_place_parse(written, &again) && live_place_compare(&p, &again) == 0);
}

static void clients(const char *text)
{
    struct address_list list;
    struct address client = {{0}};
    struct rate rate;

    if (address_list_parse(text, &list)) {
        assert(list.n <= ADDRESS_LIST_MAX);
        for (size_t i = 0; i < list.n; i++)
            assert(address_list_has(&list, &list.items[i].address));
    } else {
        list.n = 0;
    }
    (void)address_forwarded(&list, text, &client);
    if (rate_parse(text, &rate))
        assert(rate.times >= 0 && rate.times <= RATE_TIMES_MAX && rate.seconds <= RATE_SECONDS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct codec_message *m;
    char *text;

    if (size < 1)
        return 0;
    text = malloc(size);
    assert(text);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    place(text);
    clients(text);
    m = routes[data[0] % ROUTE_COUNT].query;
    if (m)
        query(m, text);
    free(text);
    return 0;
}
