"""The program on the engines that others have: Airflow, an image, Kubernetes. `make test-fleet`."""
