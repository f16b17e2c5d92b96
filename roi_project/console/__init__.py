"""What every page of the admin shares: its look, who may enter, and how masters and facts are listed and changed."""
