"""Harbour & Pine, an online shop for home and garden that exists nowhere: 63 people, nine teams, three streams.

Everything a new organisation would send is written down here as rows (settings, people, rates, costs, observations,
valuations) and goes in through the same door as anybody's. No result is stored: what the company costs and earns
is compiled from these rows.
"""
