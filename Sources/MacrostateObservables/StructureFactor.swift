import Foundation
import MacrostateSettings
import MacrostateStorage
import Microstates

/// The wave vectors of a structure factor.
public struct StructureFactorSettings: SettingsGroup {
  /// What the group is about.
  public static let summary = "Wave vectors of a periodic box"
  /// The keys.
  public static let settings: [Setting<StructureFactorSettings>] = [
    Setting("k", \.magnitudes, .each(.positive, from: 0, to: 100), "Magnitudes of wave vectors"),
    Setting("width", \.width, .positive, "Range of magnitudes of the wave vectors that are averaged for each k"),
    Setting("most", \.most, .between(1, 10_000), "Most wave vectors that are averaged for each k"),
    Setting(
      "multiples", \.multiples, .each(.wholeMultiples, from: 0, to: 300),
      "Wave vectors instead: d whole numbers each, times the reciprocal edges"),
    DimensionSetting.setting(\.dimension),
  ]

  /// The magnitudes |k|, in radians per unit of positions.
  public var magnitudes: NumberList = []
  /// The width of the shell of wave vectors that are averaged.
  public var width = 0.2
  /// The most wave vectors of a shell that are averaged.
  public var most = 200
  /// Wave vectors as multiples of the reciprocal edges, d for each.
  public var multiples: NumberList = []
  /// The dimension d of space.
  public var dimension = 3

  /// The defaults, which have no wave vector.
  public init() {}
}

extension SettingLimit<Double> {
  /// Whole numbers of a moderate size.
  fileprivate static var wholeMultiples: Self {
    Self(phrase: "a whole number from -10000 to 10000") { value in
      value == value.rounded() && abs(value) <= 10_000 ? nil : "whole and from -10000 to 10000"
    }
  }
}

/// The static structure factor of all particles in a periodic box, for each magnitude k
///
///     S(k) = ⟨ |Σ_i e^{−ik·x_i}|² / n ⟩
///
/// averaged over the wave vectors of the box (whole multiples of its reciprocal edges, which have k·a_j = 2π δ) whose
/// magnitudes are within half of `width` of k; or for single wave vectors, `multiples`. Where a shell has more than `most`,
/// they are taken evenly from all. k is in radians per unit of positions; S is a pure number, 1 for an ideal gas, n in a
/// Bragg peak. (J.-P. Hansen and I. R. McDonald, Theory of Simple Liquids, sec. 4.1.) Species are not told apart. The cost
/// is O(n) for each wave vector.
public struct StructureFactor: Observable {
  /// The name.
  public static let name = "structure-factor"
  /// The meaning in a line.
  public static let summary = "The structure factor S(k) at given k, in a periodic box"

  /// The settings.
  public let settings: StructureFactorSettings
  /// The single wave vectors, as multiples of the reciprocal edges.
  private let vectors: [[Int]]

  /// The structure factor with these settings.
  ///
  /// - Throws: `MacrostateError` of kind `usage` without wave vectors, and for incomplete or vanishing ones.
  public init(_ settings: StructureFactorSettings, speciesNames: [String] = [], box: SimulationBox? = nil) throws {
    let (d, numbers) = (settings.dimension, settings.multiples.values)
    let request = PartRequest("observable", named: Self.name)
    guard !settings.magnitudes.values.isEmpty || !numbers.isEmpty else {
      throw request.error("needs k, magnitudes such as k=1.5 or 'k=1 2 3', or multiples of the reciprocal edges")
    }
    guard numbers.count % d == 0 else {
      throw request.error("needs multiples, \(d) whole numbers for each wave vector, and not \(numbers.count) in all")
    }
    vectors = stride(from: 0, to: numbers.count, by: d).map { start in numbers[start..<(start + d)].map { Int($0) } }
    guard vectors.allSatisfy({ $0.contains { $0 != 0 } }) else {
      throw request.error("has a wave vector of zeros, whose structure factor is n; leave it out")
    }
    self.settings = settings
  }

  /// `S(1.5)`, … of magnitudes, then `S[1,0]`, … of single wave vectors.
  public var quantities: [ObservableDescription] {
    let names =
      settings.magnitudes.values.map { "S(\(String(format: "%.6g", $0)))" }
      + vectors.map { "S[\($0.map(String.init).joined(separator: ","))]" }
    return names.map { ObservableDescription(name: $0) }
  }

  /// The structure factors.
  ///
  /// - Throws: `MacrostateError` of kind `badData` without particles, where the box is not periodic along all axes, and for
  ///   a k that no wave vector of the box has.
  public func evaluate(_ microstate: MicrostateView) throws -> [Double] {
    try microstate.require(dimension: settings.dimension)
    guard microstate.pointCount > 0 else {
      throw MacrostateError(.badData, "a frame without particles has no structure factor; leave such frames out")
    }
    guard let box = microstate.box, box.boundaries.allSatisfy({ $0 == .periodic }) else {
      throw MacrostateError(
        .badData, "a structure factor needs a box that is periodic along all axes; leave this observable out")
    }
    for axis in 0..<microstate.dimension { _ = try microstate.extent(axis) }
    let edges = BoxEdges(box)
    let places = (0..<microstate.pointCount).map { edges.fractions(microstate.position($0)) }
    let shells = try settings.magnitudes.values.map { k in
      try WaveVectors(box).shell(k, width: settings.width, most: settings.most)
    }
    return (shells + vectors.map { [$0] }).map { shell in
      shell.reduce(0) { $0 + Self.power($1, places) } / Double(shell.count)
    }
  }

  /// |Σ e^{−ik·x}|²/n of one wave vector, at the places in units of the edges.
  private static func power(_ multiples: [Int], _ places: [SIMD3<Double>]) -> Double {
    let k = 2 * Double.pi * SIMD3(padding: multiples.map(Double.init))
    var sum = SIMD2<Double>.zero
    for place in places {
      let phase = k.dot(place)
      sum += SIMD2(cos(phase), sin(phase))
    }
    return (sum * sum).sum() / Double(places.count)
  }
}

/// The wave vectors of a periodic box.
private struct WaveVectors {
  private let dimension: Int
  /// The lengths of the edges.
  private let lengths: [Double]
  /// The reciprocal edges.
  private let reciprocal: [SIMD3<Double>]

  /// The most wave vectors that are looked at for a shell.
  private static let mostCandidates = 2e7

  init(_ box: SimulationBox) {
    dimension = box.lengths.count
    lengths = box.lengths
    let edges = BoxEdges(box)
    let corner = edges.fractions(.zero)
    // How the coordinates in units of the edges grow along each axis of space.
    let slopes = (0..<3).map { axis -> SIMD3<Double> in
      var unit = SIMD3<Double>.zero
      unit[axis] = 1
      return edges.fractions(unit) - corner
    }
    reciprocal = (0..<box.lengths.count).map { edge in
      2 * Double.pi * SIMD3(slopes[0][edge], slopes[1][edge], slopes[2][edge])
    }
  }

  /// The wave vectors whose magnitude is within half of `width` of `k`, one of each two that are opposite, at most `most`.
  func shell(_ k: Double, width: Double, most: Int) throws -> [[Int]] {
    let (least, greatest) = (max(k - width / 2, 0), k + width / 2)
    // |mᵢ| = |k·aᵢ|/2π.
    let reaches = lengths.map { (greatest * $0 / (2 * Double.pi)).rounded(.down) }
    let smallest = reciprocal.map { $0.dot($0).squareRoot() }.min() ?? 0
    guard reaches.reduce(1, { $0 * (2 * $1 + 1) }) <= Self.mostCandidates else {
      throw MacrostateError(
        .badData, "k = \(k) has too many wave vectors in this box; choose a smaller one, or single ones (multiples)")
    }
    var found: [[Int]] = []
    var vectors: [(multiples: [Int], k: SIMD3<Double>)] = [([], .zero)]
    for edge in 0..<dimension {
      let reach = Int(reaches[edge])
      let isLast = edge == dimension - 1
      var next: [(multiples: [Int], k: SIMD3<Double>)] = []
      for vector in vectors {
        // Opposite wave vectors have the same power: the first multiple that is not 0 is positive.
        let low = vector.multiples.contains { $0 != 0 } ? -reach : 0
        for m in low...reach {
          let wave = vector.k + Double(m) * reciprocal[edge]
          if !isLast {
            next.append((vector.multiples + [m], wave))
          } else {
            let square = wave.dot(wave)
            if square > 0, square >= least * least, square <= greatest * greatest {
              found.append(vector.multiples + [m])
            }
          }
        }
      }
      vectors = next
    }
    guard !found.isEmpty else {
      throw MacrostateError(
        .badData,
        "no wave vector of the periodic box is within \(width / 2) of k = \(k); its shortest reciprocal edge is \(smallest): choose "
          + "another k, or a greater width")
    }
    guard found.count > most else { return found }
    return (0..<most).map { found[$0 * found.count / most] }
  }
}
