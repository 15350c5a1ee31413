"""Everything that talks to Microsoft Graph."""
