import ClosureModels
import MacrostateAutodiff
import MacrostateCompute
import MacrostateSettings
import MacrostateStorage
import MacrostateTraining

extension Session {
  /// The session of the run in `folder`, which begins or is carried on.
  ///
  /// - Throws: `MacrostateError` where a file is damaged or cannot be written.
  package init(
    compute: Compute, of folder: RunFolder, _ settings: RunSettings, stop: StopFlag, progress: any ProgressObserver
  ) throws {
    try self.init(
      compute: compute, begun: folder.trainingNames(), checkpoints: { folder.checkpoints($0) }, metrics: folder.metrics,
      logInterval: settings.logInterval, checkpointInterval: settings.checkpointInterval, stop: stop, progress: progress
    )
  }

  /// Trains a closure model by the settings of stage I.
  package func train(
    _ name: TrainingName, _ loss: ClosureLoss, _ settings: ClosureTrainingSettings
  ) throws -> TrainingState {
    try train(
      name, loss,
      optimizer: Adam.Settings(
        weightDecay: settings.weightDecay, gradientClip: settings.gradientClip, averaging: settings.averaging),
      schedule: settings.optimizer.rates(warmupSteps: settings.warmupSteps),
      validationInterval: settings.validationInterval)
  }
}
