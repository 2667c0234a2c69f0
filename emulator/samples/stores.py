"""The two sample stores: Aurora Home in São Paulo and Kumo Tea in Tokyo."""

from decimal import Decimal

from emulator.samples.aurora import AURORA_COUPONS, AURORA_PRODUCTS
from emulator.samples.catalogue import SampleStore
from emulator.samples.kumo import KUMO_COUPONS, KUMO_PRODUCTS

# Both are busy around local midnight, so that a day taken in the wrong time zone shows.
_EVENINGS = (22, 11, 5, 3, 2, 3, 6, 12, 20, 30, 37, 40, 43, 38, 36, 37, 38, 41, 46, 56, 66, 68, 58, 40)
_COMMUTES = (34, 15, 6, 3, 2, 4, 14, 38, 42, 26, 23, 28, 50, 36, 23, 22, 24, 32, 46, 50, 52, 60, 66, 58)

STORES = (
    SampleStore(
        store_id="aurora-sp",
        name="Aurora Home",
        timezone="America/Sao_Paulo",
        currency="BRL",
        decimals=2,
        share=0.6,
        order_prefix="AH-",
        products=AURORA_PRODUCTS,
        coupons=AURORA_COUPONS,
        shipping=Decimal("24.90"),
        ships_free_from=Decimal("299.00"),
        weekdays=(96, 92, 94, 100, 112, 128, 118),
        hours=_EVENINGS,
        growth=0.55,
    ),
    SampleStore(
        store_id="kumo-tokyo",
        name="Kumo Tea",
        timezone="Asia/Tokyo",
        currency="JPY",
        decimals=0,
        share=0.4,
        # A slash is legal in an id and must survive paths and URLs.
        order_prefix="KT/",
        products=KUMO_PRODUCTS,
        coupons=KUMO_COUPONS,
        shipping=Decimal(550),
        ships_free_from=Decimal(6000),
        weekdays=(104, 98, 96, 97, 106, 120, 126),
        hours=_COMMUTES,
        growth=0.35,
    ),
)
