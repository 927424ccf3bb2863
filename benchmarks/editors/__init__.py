"""Random hospital claims checked by this project and by the peers that check them too."""
