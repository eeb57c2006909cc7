import Foundation
import MacrostateCompute
import MacrostateObservables
import MacrostateSettings
import MacrostateStorage
import Microstates
import TestSupport
import Testing

/// Local environments against closed forms.
@Suite struct LocalFeatureTests {
  /// The numbers `[n, m]` of the features written as `texts`, species behind species.
  private func values(_ sample: ObservableSample, _ texts: String...) throws -> [[Double]] {
    let features = try LocalFeatures(
      texts.map { try PartRequest($0, of: "feature") },
      speciesNames: sample.positions.indices.map { ["A", "B"][$0] }, dimension: sample.dimension)
    var first = 0
    let own = sample.positions.map { points -> [Float] in
      let places = first..<(first + points.count / sample.dimension)
      first = places.upperBound
      return places.flatMap { i in sample.features.map { $0.values[i] } }
    }
    let found = try features.values(
      Trajectory.Frame(time: 0, positions: sample.positions, features: own), box: sample.box,
      featureNames: sample.features.map(\.name))
    let width = features.names.count
    return found.flatMap { rows in
      stride(from: 0, to: rows.count, by: width).map { rows[$0..<$0 + width].map(Double.init) }
    }
  }

  /// A particle at 0 and others about it.
  private func star(_ dimension: Int, _ neighbours: [[Double]]) -> ObservableSample {
    ObservableSample(
      dimension, [Float](repeating: 0, count: dimension) + neighbours.flatMap { $0.map(Float.init) })
  }

  private func ring(_ count: Int, _ radius: Double, turned: Double = 0) -> [[Double]] {
    (0..<count).map { i in
      let angle = 2 * Double.pi * Double(i) / Double(count) + turned
      return [radius * cos(angle), radius * sin(angle)]
    }
  }

  @Test func planarLattices() throws {
    let hexagon = star(2, ring(6, 1, turned: 0.3))
    let square = star(2, ring(4, 1, turned: 0.2))
    for weight in ["cosine", "none"] {
      #expect(abs(try values(hexagon, "planar-bond-order,cutoff=1.5,weight=\(weight)")[0][0] - 1) < 1e-6)
      #expect(try values(square, "planar-bond-order,cutoff=1.3,weight=\(weight)")[0][0] < 1e-6)
      #expect(abs(try values(square, "planar-bond-order,fold=4,cutoff=1.3,weight=\(weight)")[0][0] - 1) < 1e-6)
    }
    #expect(abs(try values(hexagon, "planar-bond-order,nearest=6")[0][0] - 1) < 1e-6)
    // Two shells of a hexagonal lattice, turned by 30 degrees: |w₁ − w₂|/(w₁ + w₂).
    let two = star(2, ring(6, 1) + ring(6, 3.0.squareRoot(), turned: .pi / 6))
    let weights = [1, 3.0.squareRoot()].map { (1 + cos(Double.pi * $0 / 2.2)) / 2 }
    let found = try values(two, "planar-bond-order,cutoff=2.2")[0][0]
    #expect(abs(found - (weights[0] - weights[1]) / (weights[0] + weights[1])) < 1e-6)
    // Alone, a particle has none.
    #expect(try values(star(2, []), "planar-bond-order")[0] == [0])
  }

  private static let fcc: [[Double]] = [-1.0, 1].flatMap { a in
    [-1.0, 1].flatMap { b in [[a, b, 0], [a, 0, b], [0, a, b]] }
  }
  private static let sc: [[Double]] = [-1.0, 1].flatMap { a in [[a, 0, 0], [0, a, 0], [0, 0, a]] }
  private static let bcc: [[Double]] = [-1.0, 1].flatMap { a in
    [-1.0, 1].flatMap { b in [-1.0, 1].map { c in [a, b, c] } }
  }
  /// Six in the plane, three above and the same three below.
  private static let hcp: [[Double]] = {
    let plane = (0..<6).map { i in [cos(Double(i) * .pi / 3), sin(Double(i) * .pi / 3), 0] }
    let caps = [-1.0, 1].flatMap { side in
      (0..<3).map { i -> [Double] in
        let angle = Double.pi / 6 + 2 * Double.pi / 3 * Double(i)
        return [cos(angle) / 3.0.squareRoot(), sin(angle) / 3.0.squareRoot(), side * (2.0 / 3).squareRoot()]
      }
    }
    return plane + caps
  }()
  private static let icosahedron: [[Double]] = {
    let golden = (1 + 5.0.squareRoot()) / 2
    return [-1.0, 1].flatMap { a in
      [-golden, golden].flatMap { b in [[0, a, b], [a, b, 0], [b, 0, a]] }
    }
  }()

  @Test(
    arguments: [
      (fcc, 0.19094, 0.57452), (hcp, 0.09722, 0.48476), (bcc, 0.50918, 0.62854),
      (bcc + sc.map { $0.map { 2 * $0 } }, 0.03637, 0.51069), (sc, 0.76376, 0.35355), (icosahedron, 0, 0.66332),
    ] as [([[Double]], Double, Double)])
  func crystals(neighbours: [[Double]], q4: Double, q6: Double) throws {
    let found = try values(
      star(3, neighbours), "bond-order,degree=4,cutoff=3,weight=none", "bond-order,cutoff=3,weight=none")[0]
    #expect(abs(found[0] - q4) < 1e-5 && abs(found[1] - q6) < 1e-5, "\(found)")
    let nearest = try values(star(3, neighbours), "bond-order,nearest=\(neighbours.count)")[0]
    #expect(abs(nearest[0] - q6) < 1e-5)
  }

  /// The mean over an ideal gas of ρᵢ is its density, and the variance of the weighted count that of a Poisson process.
  @Test(arguments: [2, 3]) func idealGas(dimension: Int) throws {
    let (n, length, cutoff) = (4000, dimension == 2 ? 40.0 : 12.0, 1.5)
    let points = testUniforms(n * dimension, length)
    let box = SimulationBox(
      origin: Array(repeating: 0, count: dimension), lengths: Array(repeating: length, count: dimension),
      boundaries: Array(repeating: .periodic, count: dimension))
    let found = try values(
      ObservableSample(dimension, points, box: box), "local-density,cutoff=\(cutoff)",
      "neighbour-counts,cutoff=\(cutoff)")
    let density = Double(n) / pow(length, Double(dimension))
    let mean = found.reduce(0) { $0 + $1[0] } / Double(n)
    #expect(abs(mean / density - 1) < 0.02, "\(mean) \(density)")
    let count = found.reduce(0) { $0 + $1[1] } / Double(n)
    let variance = found.reduce(0) { $0 + ($1[1] - count) * ($1[1] - count) } / Double(n)
    let volume = (dimension == 2 ? .pi * cutoff * cutoff : 4 / 3 * .pi * cutoff * cutoff * cutoff)
    #expect(abs(variance / (density * volume * (dimension == 2 ? 0.17236 : 0.09003)) - 1) < 0.1, "\(variance)")
  }

  private func testUniforms(_ count: Int, _ length: Double) -> [Float] {
    var random = RandomStream(seed: 4, purpose: .evaluation)
    return (0..<count).map { _ in Float(length) * random.nextUniform() }
  }

  @Test func countsAndShellsAreOfTheirSpecies() throws {
    // A at 0; B at 1; A at −1.6.
    let sample = ObservableSample(1, [0, -1.6], [1])
    func cosine(_ r: Double) -> Double { (1 + cos(.pi * r / 2)) / 2 }
    let counts = try values(sample, "neighbour-counts,cutoff=2")
    #expect(agree(counts.flatMap(\.self), [cosine(1.6), cosine(1), cosine(1.6), 0, cosine(1), 0]))
    let shells = try values(sample, "radial-symmetry,cutoff=2,first=1,shells=3")[0]
    func shell(_ r: Double, _ centre: Double) -> Double { cosine(r) * exp(-pow((r - centre) / 0.5, 2) / 2) }
    #expect(agree(shells, [1, 1.5, 2].map { shell(1.6, $0) } + [1, 1.5, 2].map { shell(1, $0) }))
  }

  @Test func speeds() throws {
    let sample = ObservableSample(2, [0, 0, 1, 1]).with("vx", [3, 0]).with("vy", [-4, 0])
    #expect(try values(sample, "speed") == [[5], [0]])
    #expect(throws: MacrostateError.self) { try values(ObservableSample(2, [0, 0]), "speed") }
  }

  /// Turned, moved, put in another order, and by images: the same, for each feature of the list.
  @Test(arguments: [2, 3]) func environmentsAreInvariant(dimension: Int) throws {
    let names = LocalFeatures.all.map { $0.name }.filter {
      $0 != "speed" && $0 != (dimension == 2 ? "bond-order" : "planar-bond-order")
    }
    let points = testUniforms(40 * dimension, 4)
    let periodic = SimulationBox(
      origin: Array(repeating: 0, count: dimension), lengths: Array(repeating: 4, count: dimension),
      boundaries: Array(repeating: .periodic, count: dimension))
    func sets(_ points: [Float], box: SimulationBox?) -> ObservableSample {
      ObservableSample(dimension, Array(points[..<(25 * dimension)]), Array(points[(25 * dimension)...]), box: box)
    }
    func turned(_ points: [Float]) -> [Float] {
      stride(from: 0, to: points.count, by: dimension).flatMap { i -> [Float] in
        let (x, y) = (Double(points[i]), Double(points[i + 1]))
        return [Float(0.6 * x - 0.8 * y), Float(0.8 * x + 0.6 * y)] + points[i..<i + dimension].dropFirst(2)
      }
    }
    for name in names {
      let request = "\(name),cutoff=1.4"
      let open = try values(sets(points, box: nil), request)
      let turn = try values(sets(turned(points).map { $0 + 3 }, box: nil), request)
      #expect(zip(open, turn).allSatisfy { agree($0, $1, 1e-4) }, "\(name) is turned")
      let inside = try values(sets(points, box: periodic), request)
      let away = points.enumerated().map { $1 + Float(4 * ($0 % 5 - 2)) }
      #expect(zip(inside, try values(sets(away, box: periodic), request)).allSatisfy { agree($0, $1, 1e-4) }, "\(name)")
      #expect(!zip(inside, open).allSatisfy { agree($0, $1, 1e-4) }, "\(name): images count")
      // The first 25 backwards.
      let order = (0..<25).reversed() + Array(25..<40)
      let mixed = order.flatMap { points[$0 * dimension..<($0 + 1) * dimension] }
      let other = try values(sets(mixed, box: periodic), request)
      #expect(order.enumerated().allSatisfy { agree(other[$0], inside[$1], 1e-5) }, "\(name) in another order")
    }
  }

  @Test func unknownOrUnfitRequestsAreRefused() throws {
    func refusal(_ texts: String..., dimension: Int = 2) -> String? {
      do {
        _ = try LocalFeatures(
          texts.map { try PartRequest($0, of: "feature") }, speciesNames: ["A"], dimension: dimension)
        return nil
      } catch {
        return (error as? MacrostateError)?.message
      }
    }
    #expect(refusal("bond-order")?.contains("the feature 'bond-order' is for space of three dimensions") == true)
    #expect(refusal("planar-bond-order", dimension: 3)?.contains("use bond-order") == true)
    #expect(refusal("planar-order")?.contains("there are: neighbour-counts") == true)
    #expect(refusal("planar-bond-order,k=6")?.contains("has no setting 'k'") == true)
    #expect(refusal("radial-symmetry,first=3")?.contains("less than the cut-off 2.5") == true)
    #expect(refusal("local-density", "local-density,cutoff=1")?.contains("two features") == true)
    #expect(refusal("local-density", dimension: 0)?.contains("needs positions") == true)
    #expect(refusal("local-density", "neighbour-counts") == nil)
  }

  /// What a data set stores makes the same features again.
  @Test func definitionsComeBack() throws {
    let requests = try LocalFeatures.all.filter { $0.name != "bond-order" }.map {
      try PartRequest($0.name == "planar-bond-order" ? "\($0.name),fold=4,weight=none" : $0.name, of: "feature")
    }
    let features = try LocalFeatures(requests, speciesNames: ["A", "B"], dimension: 2)
    let again = try LocalFeatures(features.definitions, speciesNames: ["A", "B"], dimension: 2)
    #expect(again.names == features.names && again.definitions == features.definitions)
    #expect(features.names.contains("psi_4") && features.names.contains("count_B"))
  }
}
