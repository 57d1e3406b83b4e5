"""The request as code: one template a file, and strings escaped as each language wants them.

Stands on `support`; imported by `tui` and `commands`.
"""

from glmchat.snippets.forms import FORMS, Form
from glmchat.snippets.problems import SnippetError, UnknownFormError
from glmchat.snippets.rendering import find, render

__all__ = ["FORMS", "Form", "SnippetError", "UnknownFormError", "find", "render"]
