# How functions behave.

variable "default_timezone" {
  description = "IANA time zone of stores that nobody set up."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", var.default_timezone))
    error_message = "Expected an IANA time zone such as America/Sao_Paulo."
  }
}

variable "schedule_timezone" {
  description = "IANA time zone that schedules are meant in."
  type        = string
  default     = "UTC"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", var.schedule_timezone))
    error_message = "Expected an IANA time zone."
  }
}

variable "stores" {
  description = "Whose events count: known, of stores that an admin created, or any, whose first event creates the store."
  type        = string
  default     = "known"
  nullable    = false

  validation {
    condition     = contains(["any", "known"], var.stores)
    error_message = "Expected any or known."
  }
}

variable "image_origins" {
  description = "Where pages may load product pictures from, such as https://cdn.example.com."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for origin in var.image_origins : can(regex("^https://(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+(:[0-9]+)?$", origin))])
    error_message = "Expected origins such as https://cdn.example.com, without a path."
  }
}

variable "customer_api_endpoint" {
  description = "Where customers are looked up until config/customerLookup says otherwise; empty for nowhere."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.customer_api_endpoint == "" || startswith(var.customer_api_endpoint, "https://")
    error_message = "Expected an https address, or nothing."
  }
}

variable "customer_api_origins" {
  description = "Where customers may be looked up besides the origin of customer_api_endpoint: `stores` are the stores that an origin serves, left out for all."
  type        = list(object({ origin = string, stores = optional(list(string)) }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.customer_api_origins : can(regex("^https://[a-z0-9.-]+(:[0-9]+)?$", one.origin))])
    error_message = "Expected origins such as https://api.example.com, in lower case and without a path."
  }
}

variable "unpaid_after_hours" {
  description = "Hours after which an unpaid order expires."
  type        = number
  default     = 24
  nullable    = false

  validation {
    condition     = var.unpaid_after_hours >= 1 && var.unpaid_after_hours <= 8784 && floor(var.unpaid_after_hours) == var.unpaid_after_hours
    error_message = "Expected a whole number from 1 to 8784."
  }
}

variable "unpaid_status_codes" {
  description = "Status codes by which an order still awaits its payment; any other code says that it progressed."
  type        = set(number)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for code in var.unpaid_status_codes : code >= 0 && code <= 99 && floor(code) == code && !contains([8, 9, 10], code)])
    error_message = "Expected whole numbers from 0 to 99 other than 8, 9 and 10."
  }
}

variable "retention_days" {
  description = "How many days documents with personal data are kept: baskets, answers of the customer API, the log of its calls, and events of baskets that could not be published."
  type = object({
    baskets      = optional(number, 90)
    lookups      = optional(number, 30)
    lookup_calls = optional(number, 90)
    outbox       = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for days in values(var.retention_days) : days >= 1 && days <= 3650 && floor(days) == days])
    error_message = "Expected whole numbers from 1 to 3650."
  }
}

variable "defer" {
  description = "For which stores group commits defer the tallies to the function fold: auto for those that are measured as hot, always or never."
  type        = string
  default     = "auto"

  validation {
    condition     = contains(["auto", "always", "never"], var.defer)
    error_message = "Expected auto, always or never."
  }
}

variable "group_wait_ms" {
  description = "How long events that an instance handles at the same time wait for each other at most, to be one commit."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.group_wait_ms >= 1 && var.group_wait_ms <= 1000 && floor(var.group_wait_ms) == var.group_wait_ms
    error_message = "Expected a whole number from 1 to 1000."
  }
}

variable "log_level" {
  description = "From which level functions log."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.log_level)
    error_message = "Expected DEBUG, INFO, WARNING or ERROR."
  }
}

variable "trace_share" {
  description = "Which share of traces is recorded, from an event's publication to its commit and the cache; 0 for none."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.trace_share >= 0 && var.trace_share <= 1
    error_message = "Expected a share from 0 to 1."
  }
}

variable "hold_traffic" {
  description = "Whether new revisions get no traffic until `make shift` gives it to them in steps. Not for a first deploy."
  type        = bool
  default     = false
  nullable    = false
}
