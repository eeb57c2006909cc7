import ClosureModels
import Foundation
import MacrostateSettings
import PointDensities
import TestSupport
import Testing

/// Models with periodic axes: points that differ by edges of their cell are one.
@Suite struct PeriodicModelTests {
  /// A cell of the plane with edges (a, 0) and (tilt, b).
  private static func cell(_ a: Double, _ b: Double, tilt: Double = 0, corner: [Double] = [0, 0]) -> PeriodicCell {
    PeriodicCell(
      corner: corner, edges: [[a, 0], [tilt, b]], inverse: [[1 / a, -tilt / (a * b)], [0, 1 / b]])
  }

  private static func model(
    _ axes: [Bool], encoder: PartSettings<Encoders> = Bench.invariantEncoders[0], factor: Float = 0.5
  ) -> ClosureModel {
    ClosureModel(
      .init(dimension: 2, periodicAxes: axes, closureDimension: 2, encoder: encoder, objective: Bench.density),
      scaling: PointScaling(shift: [1, 2], factor: [factor, factor]))
  }

  /// Points with few binary digits in a cell of 8 × 4, which keep all of them when edges are added.
  private let points: [Float] = (0..<24).map { i in Float((i * 37) % 64) / 16 * (i % 2 == 0 ? 2 : 1) }

  /// `points` with whole edges added to each, more than one.
  private func moved(_ cell: PeriodicCell, along axes: [Bool]) -> [Float] {
    points.indices.map { i in
      let (point, axis) = (i / 2, i % 2)
      let numbers = [point % 5 - 2, 3 - point % 7]
      return points[i]
        + (0..<2).reduce(Float(0)) { $0 + (axes[$1] ? Float(numbers[$1]) * Float(cell.edges[$1][axis]) : 0) }
    }
  }

  private func largestDifference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? 1 }

  /// Adding edges to any particle leaves ẑ as it is: to the bit for powers of two, tilted or not.
  @Test(arguments: Bench.invariantEncoders + [Bench.flattenedEncoder]) func imagesHaveOneClosure(
    encoder: PartSettings<Encoders>
  ) throws {
    for (axes, tilt) in [
      ([true, true], 0), ([true, true], 2), ([true, false], 0), ([true, false], 2), ([false, true], 0),
    ]
      as [([Bool], Double)]
    {
      let cell = Self.cell(8, 4, tilt: tilt, corner: [-0.5, 0.25])
      var shape = Self.model(axes, encoder: encoder).shape
      shape.pointCount = encoder == Bench.flattenedEncoder ? 12 : 0
      let model = ClosureModel(shape, scaling: PointScaling(shift: [1, 2], factor: [0.5, 0.5]))
      let sets = Sets(positions: [points, moved(cell, along: axes)], cells: [cell, cell])
      let closure = try Bench.encode(model, sets, [0, 1])
      #expect(Array(closure[..<2]) == Array(closure[2...]), "\(axes), \(tilt)")
      #expect(closure.allSatisfy { $0.isFinite })
      // The others' positions matter.
      let plain = axes.firstIndex(of: false).map { axis in points.enumerated().map { $0 % 2 == axis ? $1 + 1 : $1 } }
      if let plain {
        let other = try Bench.encode(model, Sets(positions: [points, plain], cells: [cell, cell]), [0, 1])
        #expect(largestDifference(Array(other[..<2]), Array(other[2...])) > 1e-4)
      }
    }
  }

  /// Edges that are no powers of two, and a corner that moves with the points: to 1e-5.
  @Test(arguments: Bench.invariantEncoders) func cornersMoveAlong(encoder: PartSettings<Encoders>) throws {
    let model = Self.model([true, true], encoder: encoder)
    let cell = Self.cell(7.3, 4.1, tilt: 1.7, corner: [0.3, -0.1])
    let away = Self.cell(7.3, 4.1, tilt: 1.7, corner: [0.3 + 5.5, -0.1 - 3.25])
    let shifted = points.enumerated().map { $0 % 2 == 0 ? $1 + 5.5 : $1 - 3.25 }
    let sets = Sets(positions: [points, moved(cell, along: [true, true]), shifted], cells: [cell, cell, away])
    let closure = try Bench.encode(model, sets, [0, 1, 2])
    #expect(largestDifference(Array(closure[..<2]), Array(closure[2..<4])) < 1e-5)
    #expect(largestDifference(Array(closure[..<2]), Array(closure[4...])) < 1e-5)
    // Within a cell that stays, points that move are others.
    let inside = try Bench.encode(model, Sets(positions: [points, shifted], cells: [cell, cell]), [0, 1])
    #expect(largestDifference(Array(inside[..<2]), Array(inside[2...])) > 1e-4)
  }

  /// A cell that grows with its points has the same shares, and ε is a length: half of it in a cell twice as large.
  @Test func cellsMayChange() throws {
    let model = Self.model([true, true])
    let (small, large) = (Self.cell(8, 4), Self.cell(16, 8))
    let sets = Sets(positions: [points, points.map { 2 * $0 }], cells: [small, large])
    let closure = try Bench.encode(model, sets, [0, 1])
    #expect(Array(closure[..<2]) == Array(closure[2...]))
    let evaluation = ClosureEvaluation(
      model, parameters: model.initialParameters(seed: 1), source: sets, compute: Bench.compute)
    // ln q is larger by ln 4 where kernels do not overlap; they do, a little.
    let difference = try evaluation.offset([1], seed: 1) - evaluation.offset([0], seed: 1)
    #expect(difference > 0.3 && difference < log(4), "\(difference)")
  }

  @Test(arguments: [[true, true], [true, false]], Bench.invariantEncoders)
  func gradientsAgreeWithDifferences(axes: [Bool], encoder: PartSettings<Encoders>) throws {
    let cells = [Self.cell(8, 4, tilt: 1), Self.cell(7, 5)]
    let source = Sets(positions: [Sets.cloud(60), Sets.cloud(2500, shift: 3)], cells: cells)
    let slope = try Bench.slopeAlongGradient(Self.model(axes, encoder: encoder), source, batch: [0, 1], step: 0.002)
    #expect(abs(slope - 1) < 0.02)
  }

  /// In the data's own units p repeats itself, has mass 1 in a cell, and its samples lie there.
  @Test(arguments: [0.0, 1.5]) func theLearnedDensityIsOfTheCell(tilt: Double) throws {
    let model = Self.model([true, true])
    let cell = Self.cell(8, 4, tilt: tilt, corner: [-1, 0.5])
    let learned = try #require(
      LearnedDensity(model, parameters: model.initialParameters(seed: 2), kernels: Bench.kernels))
    let count = 100
    func grid(_ edges: (Float, Float)) -> [Float] {
      (0..<count * count).flatMap { i -> [Float] in
        let s = (Float(i % count) + 0.5) / Float(count) + edges.0
        let t = (Float(i / count) + 0.5) / Float(count) + edges.1
        return [-1 + 8 * s + Float(tilt) * t, 0.5 + 4 * t]
      }
    }
    let closure: [Float] = [0.4, -1]
    let logDensity = try #require(learned.logDensity(at: grid((0, 0)), closure: closure, in: cell))
    let mass = logDensity.reduce(0.0) { $0 + exp(Double($1)) } * 32 / Double(count * count)
    #expect(abs(mass - 1) < 1e-3)
    let away = try #require(learned.logDensity(at: grid((3, -2)), closure: closure, in: cell))
    #expect(largestDifference(logDensity, away) < 1e-3)
    let samples = learned.samples(closure: closure, count: 500, seed: 1, in: cell)
    for i in stride(from: 0, to: samples.count, by: 2) {
      let t = (samples[i + 1] - 0.5) / 4
      let s = (samples[i] + 1 - Float(tilt) * t) / 8
      #expect((-1e-6...1.000001).contains(s) && (-1e-6...1.000001).contains(t))
    }
  }

  /// Of a partly periodic cell the plain coordinate has the data's scale.
  @Test func aChannelHasMassOne() throws {
    let model = Self.model([true, false])
    let cell = Self.cell(8, 4, tilt: 1.5)
    let learned = try #require(
      LearnedDensity(model, parameters: model.initialParameters(seed: 2), kernels: Bench.kernels))
    let (columns, rows) = (60, 800)
    let grid = (0..<columns * rows).flatMap { i -> [Float] in
      [8 * (Float(i % columns) + 0.5) / Float(columns), 2 + 40 * ((Float(i / columns) + 0.5) / Float(rows) - 0.5)]
    }
    let area = 8 * 40.0 / Double(columns * rows)
    let mass =
      try #require(learned.logDensity(at: grid, closure: [0.4, -1], in: cell))
      .reduce(0.0) { $0 + exp(Double($1)) } * area
    #expect(abs(mass - 1) < 2e-3)
  }

  /// A model without periodic axes says nothing of them, as those of earlier versions.
  @Test func shapesWithoutPeriodicAxesAreAsBefore() throws {
    let plain = String(decoding: try JSONEncoder().encode(Bench.model().shape), as: UTF8.self)
    #expect(!plain.contains("periodic"))
    let shape = Self.model([true, false]).shape
    #expect(try JSONDecoder().decode(ClosureModel.Shape.self, from: JSONEncoder().encode(shape)) == shape)
    #expect(shape.encoderSizes.inputs == 7)
  }
}
