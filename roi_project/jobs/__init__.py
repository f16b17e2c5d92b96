from roi_project.jobs.bell import ring

__all__ = ["ring"]
