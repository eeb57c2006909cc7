// The library under one name: `import MacrostateKit` brings every part of it.
@_exported import ClosureModels
@_exported import MacroscopicDynamics
@_exported import MacrostateAutodiff
@_exported import MacrostateConfiguration
@_exported import MacrostateEvaluation
@_exported import MacrostateExperiments
@_exported import MacrostateNetworks
@_exported import MacrostateObservables
@_exported import MacrostateParallel
@_exported import MacrostateReports
@_exported import MacrostateStorage
@_exported import MacrostateTraining
@_exported import Microstates
@_exported import ParticleSimulators
@_exported import PointDensities
@_exported import RandomStreams
@_exported import TrajectoryFormats
