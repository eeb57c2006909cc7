import MacrostateObservables
import MacrostateRecipes
import MacrostateSettings
import Microstates
import TrajectoryFormats

extension LocalFeatures {
  /// The particles of `source` with these features after their own.
  ///
  /// - Parameter box: the box of a source that tells of none.
  /// - Throws: `MacrostateError` of kind `usage` where the source has a feature of one of the names.
  public func added(to source: any TrajectorySource, box: SimulationBox? = nil) throws -> any TrajectorySource {
    guard !chosen.isEmpty else { return source }
    let (features, box, names) = (self, source.box ?? box, source.featureNames)
    return try FeatureAddition(
      source,
      ComputedFeatures(self.names, definitions: definitions) { frame in
        try features.values(frame, box: box, featureNames: names)
      })
  }
}

extension TrainedModel {
  /// The local environments among the features of the model's points.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for one that this program does not know.
  public func localFeatures() throws -> LocalFeatures {
    try LocalFeatures(
      description.computedFeatures ?? [], speciesNames: description.speciesNames,
      dimension: description.closure.dimension)
  }
}
