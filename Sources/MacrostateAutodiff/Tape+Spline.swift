import CMacrostateKernels

/// The shape of a rational-quadratic spline: `bins` bins on [−bound, bound], the identity outside.
public struct SplineShape: Sendable, Equatable, Codable {
  /// The number of bins b, 2 … 64.
  public var bins: Int
  /// The half width B of the interval.
  public var bound: Float

  /// A spline of `bins` bins on [−bound, bound].
  public init(bins: Int, bound: Float) {
    self.bins = bins
    self.bound = bound
  }

  /// Parameters of one spline, 3b − 1: width logits, height logits, inner slopes before softplus.
  public var parameterCount: Int { 3 * bins - 1 }
}

extension Tape {
  /// A rational-quadratic spline on a column: y and log dy/dx, each `[rows, 1]`.
  ///
  /// `parameters` is `[sets, 3b − 1]`; all rows of x that belong to a set (rows/sets of them) share its row.
  public func spline(_ x: Tensor, parameters: Tensor, _ shape: SplineShape) -> (y: Tensor, logSlope: Tensor) {
    let wantsGradient = hasGradient(x) || hasGradient(parameters)
    let y = make(rows: x.rows, columns: 1, stride: 1, wantsGradient: wantsGradient)
    let logSlope = make(rows: x.rows, columns: 1, stride: 1, wantsGradient: wantsGradient)
    var spline = kernelSpline(x, parameters, shape)
    kernels.table.pointee.splineForward(&spline, value(x), value(y), value(logSlope))
    record(y) { tape in
      guard let dy = tape.clearedGradient(y), let dLogSlope = tape.clearedGradient(logSlope) else { return }
      // The kernel always computes the parameters' gradient; where it is not wanted, it goes to scratch memory.
      let dParameters = tape.clearedGradient(parameters) ?? tape.arena.allocate(parameters.storage)
      var spline = tape.kernelSpline(x, parameters, shape)
      tape.kernels.table.pointee.splineBackward(
        &spline, tape.value(x), dy, dLogSlope, tape.clearedGradient(x), dParameters)
    }
    return (y, logSlope)
  }

  /// The inverse of `spline`: x from y, and log dy/dx at x. It has no gradient.
  public func inverseSpline(_ y: Tensor, parameters: Tensor, _ shape: SplineShape) -> (x: Tensor, logSlope: Tensor) {
    let x = make(rows: y.rows, columns: 1, stride: 1, wantsGradient: false)
    let logSlope = make(rows: y.rows, columns: 1, stride: 1, wantsGradient: false)
    var spline = kernelSpline(y, parameters, shape)
    kernels.table.pointee.splineInverse(&spline, value(y), value(x), value(logSlope))
    return (x, logSlope)
  }

  private func kernelSpline(_ x: Tensor, _ parameters: Tensor, _ shape: SplineShape) -> MacrostateSpline {
    precondition(x.columns == 1 && x.stride == 1 && parameters.columns == shape.parameterCount)
    precondition((2...64).contains(shape.bins), "a spline has 2 to 64 bins")
    precondition(parameters.rows > 0 && x.rows % parameters.rows == 0)
    return MacrostateSpline(
      count: x.rows, rowsPerParameters: x.rows / parameters.rows, bins: shape.bins, closed: 0, bound: shape.bound,
      parameters: UnsafePointer(value(parameters)), parameterStride: parameters.stride)
  }
}
