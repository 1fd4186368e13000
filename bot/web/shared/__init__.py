"""What every page needs: markup, answers, requests of our scripts, words for errors."""
