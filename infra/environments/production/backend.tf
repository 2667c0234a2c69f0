terraform {
  # The bucket is named at init: make plan STATE_BUCKET=...
  backend "gcs" {
    prefix = "tillpulse/production"
  }
}
