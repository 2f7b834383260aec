"""What does everybody see of warnings, without signing in and without scripts?"""

from mudan.api.public.warnings import router

__all__ = ["router"]
