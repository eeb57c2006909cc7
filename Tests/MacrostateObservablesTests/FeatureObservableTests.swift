import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// What an observable sees of the features.
@Suite struct FeatureObservableTests {
  /// The mean of a feature.
  private struct MeanFeature: Observable {
    static let name = "mean-feature"
    static let needsPositions = false
    let settings: NoSettings
    init(_ settings: NoSettings, speciesNames: [String], box: SimulationBox?) { self.settings = settings }
    var quantities: [ObservableDescription] { [ObservableDescription(name: "mean")] }
    func evaluate(_ microstate: MicrostateView) throws -> [Double] {
      let values = try microstate.feature("charge")
      return [values.reduce(0) { $0 + Double($1) } / Double(microstate.pointCount)]
    }
  }

  @Test(arguments: [0, 2]) func featuresHaveNames(dimension: Int) throws {
    let observable = MeanFeature(NoSettings(), speciesNames: ["A", "B"], box: nil)
    let frame = Trajectory.Frame(
      time: 0, positions: dimension == 0 ? [[], []] : [[0, 1, 2, 3], [4, 5]], features: [[1, 10, 2, 20], [6, 30]])
    #expect(try observable.evaluate(frame, dimension: dimension, featureNames: ["charge", "mass"]) == [3])
    #expect(try observable.evaluate(frame, dimension: dimension, featureNames: ["mass", "charge"]) == [20])
    expectError(.badData, containing: "no feature 'charge' (did you mean 'charges'?); there are charges, mass") {
      _ = try observable.evaluate(frame, dimension: dimension, featureNames: ["charges", "mass"])
    }
  }
}
