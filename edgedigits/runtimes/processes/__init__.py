"""Other programs, which may crash, hang or grow without us: started, asked, and always ended.

Door: `forks` (a fork for each file of others), `child_process` (one program asked by lines), `pace`
(how much either is asked at once) and `chromium` (an installed browser). Imports `errors` alone,
and no NumPy: a fork is quickest made before anything else is imported.
"""
