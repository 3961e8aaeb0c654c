"""The first engine: years of institutions under the virtual clock, with modelled people.

`world` lays out who and what there is as columns, `year` says in one page what happens when, `store` carries
outcomes out on arrays. What is decided, and how, is the institutions' law: the engine has no rule of its own.
"""
