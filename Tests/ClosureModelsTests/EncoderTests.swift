import ClosureModels
import Foundation
import MacrostateAutodiff
import MacrostateSettings
import TestSupport
import Testing

/// What every encoder of the list must satisfy, with its default settings.
@Suite struct EncoderTests {
  typealias Kind = PartName<Encoders>

  private static let pointCount = 9

  private func model(_ kind: Kind, objective: ClosureObjective.Shape = Bench.density) -> ClosureModel {
    var encoder = PartSettings<Encoders>()
    encoder.kind = kind
    return ClosureModel(
      .init(
        dimension: 2, closureDimension: 3, pointCount: encoder.needs.onePointCount ? Self.pointCount : 0,
        encoder: encoder, objective: objective), scaling: .identity(columns: 2))
  }

  private var source: Sets { Sets(positions: (0..<4).map { Sets.cloud(Self.pointCount, shift: Float($0)) }) }

  @Test(arguments: Kind.allCases) func everySetHasItsOwnClosureVariables(kind: Kind) throws {
    let model = model(kind)
    let closure = try Bench.encode(model, source, [0, 1, 2, 3])
    #expect(closure.count == 12 && closure.allSatisfy(\.isFinite))
    #expect(difference(row(0, of: closure, 3), row(3, of: closure, 3)) > 1e-3)
    for set in 0..<4 {
      #expect(difference(try Bench.encode(model, source, [set]), row(set, of: closure, 3)) < 1e-6)
    }
    #expect(model.layout.weights.contains { model.layout.name(of: $0).hasPrefix("encoder.") })
  }

  @Test(arguments: Kind.allCases) func theOrderOfPointsMattersAsItSays(kind: Kind) throws {
    let model = model(kind)
    let reversed = Sets(
      positions: source.positions.map { points in
        stride(from: points.count - 2, through: 0, by: -2).flatMap { points[$0..<$0 + 2] }
      })
    let change = difference(try Bench.encode(model, source, [0, 1]), try Bench.encode(model, reversed, [0, 1]))
    if model.needs.order == .irrelevant { #expect(change < 2e-6) } else { #expect(change > 1e-3) }
  }

  @Test(arguments: Kind.allCases) func gradientsAgreeWithDifferences(kind: Kind) throws {
    // By the likelihood of a density, and so through ẑ alone.
    let slope = try Bench.slopeAlongGradient(model(kind), source, batch: [0, 1, 2, 3])
    #expect(abs(slope - 1) < 0.02, "\(slope)")
  }

  @Test(arguments: Kind.allCases) func anyNumberOfPointsIsEncodedUnlessOneIsSaid(kind: Kind) throws {
    let model = model(kind)
    #expect(model.accepts(pointCounts: [Self.pointCount]))
    guard !model.needs.onePointCount else {
      #expect(!model.accepts(pointCounts: [Self.pointCount + 1]))
      return
    }
    let sizes = [0, 1, 2, 70, 5000]
    let closure = try Bench.encode(model, Sets(positions: sizes.map { Sets.cloud($0) }), Array(sizes.indices))
    #expect(closure.allSatisfy { $0.isFinite })
  }

  @Test(arguments: Kind.allCases) func aWeightIsANumberOfPoints(kind: Kind) throws {
    let model = model(kind)
    guard model.needs.takesWeights else { return }
    for count in [5, 3000] {
      let points = Sets.cloud(count)
      // Every third point twice; weights need no sum of 1.
      let twice = points + stride(from: 0, to: count, by: 3).flatMap { points[2 * $0..<2 * $0 + 2] }
      let weights = (0..<count).map { $0 % 3 == 0 ? Float(1) : 0.5 }
      let weighted = try Bench.encode(model, Sets(positions: [points], weights: [weights]), [0])
      #expect(difference(weighted, try Bench.encode(model, Sets(positions: [twice]), [0])) < 1e-5)
      #expect(difference(weighted, try Bench.encode(model, Sets(positions: [points]), [0])) > 1e-5)
    }
    var weighted = source
    weighted.weights = (0..<4).map { set in (0..<Self.pointCount).map { Float(1 + ($0 * 7 + set) % 5) } }
    let slope = try Bench.slopeAlongGradient(model, weighted, batch: [0, 1, 2, 3])
    #expect(abs(slope - 1) < 0.02, "\(slope)")
  }

  @Test(arguments: Kind.allCases) func aDescriptionComesBack(kind: Kind) throws {
    let shape = model(kind).shape
    let read = try JSONDecoder().decode(ClosureModel.Shape.self, from: JSONEncoder().encode(shape))
    #expect(read == shape)
    #expect(ClosureModel(read, scaling: .identity(columns: 2)).layout == model(kind).layout)
  }

  @Test func anUnknownEncoderIsNamedWithThoseThereAre() {
    let text = #"{"kind": "deepest-set", "settings": {}}"#
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(PartSettings<Encoders>.self, from: Data(text.utf8))
    }
    #expect("\(error.map(String.init(describing:)) ?? "")".contains("deep-set, flattened, set-transformer"))
  }
}
