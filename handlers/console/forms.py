"""The console's forms: what a field refuses by itself is said in Chinese too."""

import wtforms


class Form(wtforms.Form):
    class Meta:
        locales = ("zh",)
