# What is too much.

variable "min_instances" {
  description = "Instances that are always there: {function: number}, 0 where not named."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for count in values(var.min_instances) : count >= 0 && count <= 100])
    error_message = "Expected 0 to 100."
  }
}

variable "max_instances" {
  description = "Instances at most: {function: number}."
  type        = map(number)
  # Each instance of fold keeps to one write a second of each tally.
  default  = { expire-unpaid = 1, fold = 4, reconcile = 2, reconcile-all = 1, sweep-baskets = 1, warm-cards = 1 }
  nullable = false

  validation {
    condition     = alltrue([for count in values(var.max_instances) : count >= 1 && count <= 1000])
    error_message = "Expected 1 to 1000."
  }
}

variable "default_max_instances" {
  description = "Instances at most of functions that max_instances does not name."
  type        = number
  default     = 40
  nullable    = false

  validation {
    condition     = var.default_max_instances >= 1 && var.default_max_instances <= 1000
    error_message = "Expected 1 to 1000."
  }
}

variable "requests_per_minute" {
  description = "How many requests one address may send to the load balancer in a minute; payment providers may send ten times as many. All tills of a shop may share one address."
  type        = number
  default     = 3000
  nullable    = false

  validation {
    condition     = var.requests_per_minute >= 1 && var.requests_per_minute <= 100000 && floor(var.requests_per_minute) == var.requests_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "largest_body_bytes" {
  description = "Longest body that the load balancer lets through, where the request says how long it is; functions have limits of their own for the rest."
  type        = number
  default     = 1000000
  nullable    = false

  validation {
    condition     = var.largest_body_bytes >= 65536 && floor(var.largest_body_bytes) == var.largest_body_bytes
    error_message = "Expected a whole number, 65536 or more."
  }
}

variable "subject_baskets_per_minute" {
  description = "How many baskets with an identifier one caller may start in a store in a minute."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.subject_baskets_per_minute >= 1 && var.subject_baskets_per_minute <= 100000 && floor(var.subject_baskets_per_minute) == var.subject_baskets_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "store_baskets_per_minute" {
  description = "How many baskets with an identifier may be started in one store in a minute, by all callers together."
  type        = number
  default     = 600
  nullable    = false

  validation {
    condition     = var.store_baskets_per_minute >= 1 && var.store_baskets_per_minute <= 100000 && floor(var.store_baskets_per_minute) == var.store_baskets_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "subject_range_months_per_minute" {
  description = "How many months of ranges of days one caller may read in a store in a minute."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.subject_range_months_per_minute >= 1 && var.subject_range_months_per_minute <= 100000 && floor(var.subject_range_months_per_minute) == var.subject_range_months_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "store_range_months_per_minute" {
  description = "How many months of ranges of days may be read in one store in a minute, by all callers together."
  type        = number
  default     = 3000
  nullable    = false

  validation {
    condition     = var.store_range_months_per_minute >= 1 && var.store_range_months_per_minute <= 100000 && floor(var.store_range_months_per_minute) == var.store_range_months_per_minute
    error_message = "Expected a whole number from 1 to 100000."
  }
}

variable "most_range_reads" {
  description = "How many tallies of products, and as many of coupons, one range of days may read; each takes about a kilobyte of memory while it is summed."
  type        = number
  default     = 20000
  nullable    = false

  validation {
    condition     = var.most_range_reads >= 1 && var.most_range_reads <= 1000000 && floor(var.most_range_reads) == var.most_range_reads
    error_message = "Expected a whole number from 1 to 1000000."
  }
}

variable "most_expired_per_run" {
  description = "How many unpaid orders expire in one run, at most."
  type        = number
  default     = 1000
  nullable    = false

  validation {
    condition     = var.most_expired_per_run >= 1 && var.most_expired_per_run <= 100000 && floor(var.most_expired_per_run) == var.most_expired_per_run
    error_message = "Expected a whole number from 1 to 100000."
  }
}
