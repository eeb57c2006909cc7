import CMacrostateKernels
import MacrostateCompute

/// The sum of the gradients of a step's lanes, added in a fixed tree and in fixed parts: the same bits on any number of
/// threads.
/// Unchecked: the parts write ranges of their own.
final class GradientSum: @unchecked Sendable {
  // Unchecked: the sum is written in disjoint parts, between which a step waits.
  let values: ParameterGradient
  /// Parts of the parameters that tasks work on.
  static let parts = 8
  private let squares: UnsafeMutableBufferPointer<Double>

  init(_ layout: ParameterLayout) {
    values = ParameterGradient(layout)
    squares = .allocate(capacity: Self.parts)
    squares.initialize(repeating: 0)
  }

  deinit { squares.deallocate() }

  /// Adds `gradients` (1, 2, 4 or 8 of them).
  ///
  /// - Returns: the norm of their sum.
  func add(_ gradients: [ParameterGradient], compute: Compute) throws -> Double {
    precondition([1, 2, 4, 8].contains(gradients.count))
    try compute.pool.run(tasks: Self.parts) { [self] part in
      let range = range(ofPart: part)
      let out = values.base + range.lowerBound
      var sources = gradients.map { UnsafePointer<Float>?($0.base + range.lowerBound) }
      compute.kernels.table.pointee.reduceLanes(range.count, gradients.count, &sources, out)
      squares[part] = compute.kernels.table.pointee.sumOfSquares(range.count, out)
    }
    return squares.reduce(0, +).squareRoot()
  }

  /// The parameters of a part, in whole blocks of the padding.
  func range(ofPart part: Int) -> Range<Int> {
    let blocks = values.layout.storage / padding
    return part * blocks / Self.parts * padding..<(part + 1) * blocks / Self.parts * padding
  }
}
