import Foundation
import Microstates

/// The cases that the trajectories of a test fall into: those with the same parameters, such as half_l = 12; or one case of
/// all, where the parameters are of many values.
package struct TestCases {
  /// Cases at most.
  private static let most = 6
  /// Trajectories of a case at least: fewer have no distribution to speak of.
  private static let fewest = 4

  /// A name, and the places of its members among the trajectories.
  package struct Group: Equatable {
    package var name: String
    package var members: [Int]

    package init(name: String, members: [Int]) {
      self.name = name
      self.members = members
    }
  }

  package let groups: [Group]

  /// The cases of `trajectories` of `dataset`.
  package init(_ dataset: Dataset, _ trajectories: [Int]) {
    self.init(
      names: dataset.description.parameterNames, parameters: trajectories.map { dataset.parameters(ofTrajectory: $0) })
  }

  /// The cases of trajectories with these `parameters`, called `names`.
  package init(names: [String], parameters: [[String: Double]]) {
    for name in names {
      let byValue = Dictionary(grouping: parameters.indices) { parameters[$0][name] ?? .nan }
      guard (2...Self.most).contains(byValue.count), byValue.values.allSatisfy({ $0.count >= Self.fewest }) else {
        continue
      }
      groups = byValue.sorted { $0.key < $1.key }.map {
        Group(name: "\(name) = \(String(format: "%.6g", $0.key))", members: $0.value)
      }
      return
    }
    groups = [Group(name: "all runs", members: Array(parameters.indices))]
  }
}
