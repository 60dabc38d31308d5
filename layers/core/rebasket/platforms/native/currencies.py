"""Currencies that something can be sold in: ISO 4217 alphabetic codes, without funds, metals and testing codes.

Source: ISO 4217, list one, as of 2026. Written out, because the libraries that know them weigh tens of megabytes.
"""

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF
XPF YER ZAR ZMW ZWG
"""

CURRENCIES = frozenset(_CODES.split())

_RETIRED_CODES = """
ANG BGN CSD CUC CYP EEK GHC HRK LTL LVL MRO MTL ROL SIT SKK SLL STD TRL VEF ZMK ZWL
"""

RETIRED = frozenset(_RETIRED_CODES.split())
"""Ended since 2004: a shop may still tell of orders, and of refunds of orders, that were paid in them.

Source: ISO 4217, list three (historic denominations); BGN ended with 2025.
"""
