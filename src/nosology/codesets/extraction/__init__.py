"""Converting a verified archive into plain tables, in a restricted process of its own.

``process`` starts that process and is all that the rest of the product uses; the other modules run
inside it, import the standard library only, and never import, evaluate or unpickle anything of the
archive.
"""
