import Foundation
import MacrostateRecipes
import MacrostateSettings
import MacrostateStorage

/// The orders for a reproduction: what to make, where, and with how much of everything.
public struct ReproductionSettings: Sendable {
  /// The scale.
  public var scale: ReproductionScale
  /// Training seeds 0 ..< seeds; every method sees the same ones.
  public var seeds: Int
  /// The folder of everything.
  public var folder: URL
  /// Worker threads; 0 takes one for each core.
  public var threads = 0
  /// Trajectories to learn from; nil for those of the scale.
  public var trajectories: Int?
  /// Trajectories of each test; nil for those of the scale.
  public var testTrajectories: Int?
  /// The seed of the data, which all runs share.
  public var dataSeed: UInt64 = 0
  /// Settings of ours that are changed, each as `a.b=value`; those that make a method what it is stay.
  public var assignments: [String] = []
  /// Only runs whose names contain one of these are made; empty for all.
  public var only: [String] = []

  private static let seedCounts = 1...1000

  /// The settings of a scale.
  ///
  /// - Throws: `MacrostateError` of kind `usage` for less than one seed or more than 1000.
  public init(scale: ReproductionScale, seeds: Int, folder: URL) throws {
    guard Self.seedCounts.contains(seeds) else {
      throw MacrostateError(
        .usage,
        "--seeds \(seeds): from \(Self.seedCounts.lowerBound) to \(Self.seedCounts.upperBound) training seeds are "
          + "possible (3, as in the paper)")
    }
    self.scale = scale
    self.seeds = seeds
    self.folder = folder
  }

  /// Trajectories of a system to learn from.
  func trajectories(_ system: ReproducedSystem) -> Int { trajectories ?? scale.trajectories(system) }

  /// Trajectories of each test of a system.
  func testTrajectories(_ system: ReproducedSystem) -> Int { testTrajectories ?? scale.testTrajectories(system) }

  /// The settings of ours, without data and seed; `isSearch` for those that a search starts from.
  func baseConfiguration(_ system: ReproducedSystem, isSearch: Bool = false) throws -> RunConfiguration {
    var configuration = isSearch ? try scale.searchConfiguration() : try scale.configuration(system)
    configuration.threads = threads
    // Rows choose kinds of their own.
    try configuration.set(contentsOf: assignments, forAnyKind: true)
    return configuration
  }
}
