"""What can go wrong with the local cloud itself; an error of the code that runs in it is a `functions.Failure`.

LocalCloudError
├── TemplateInvalid     the template cannot be read, or cannot work as it stands
│   └── Unresolvable    an intrinsic function, parameter, resource or attribute that has no value here
├── NotInTemplate       asked for a resource that the template does not define
├── HandlerNotLoaded    a function's module cannot be imported; Lambda calls it Runtime.ImportModuleError
└── AlreadyRunning      one local cloud a process: it owns the clock, the environment and the AWS calls
"""


class LocalCloudError(Exception):
    """Base of all errors here."""


class TemplateInvalid(LocalCloudError):
    """The message starts with the place in the template."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


class Unresolvable(TemplateInvalid):
    pass


class NotInTemplate(LocalCloudError, KeyError):
    def __init__(self, what: str, known: object) -> None:
        super().__init__(f"the template has no {what}; it has {known}")


class HandlerNotLoaded(LocalCloudError):
    pass


class AlreadyRunning(LocalCloudError):
    pass
