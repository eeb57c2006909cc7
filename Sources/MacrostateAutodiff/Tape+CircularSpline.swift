import CMacrostateKernels
import MacrostateCompute

/// The shape of a rational-quadratic spline that maps the circle [0, 1) onto itself.
public struct CircularSplineShape: Sendable, Equatable {
  /// The number of bins b, 2 … 64.
  public var bins: Int

  /// A spline of `bins` bins.
  public init(bins: Int) { self.bins = bins }

  /// Parameters of one spline, 3b + 1: width logits, height logits, the slopes of the inner knots and of the seam before
  /// softplus, and the turn.
  public var parameterCount: Int { 3 * bins + 1 }
}

extension Tape {
  /// A rational-quadratic spline f of the circle, turned: y = (f(x) + turn) mod 1 and log dy/dx, each `[rows, 1]`, for x from
  /// 0 to 1. Both ends have one slope, so that the density that it makes has no seam.
  ///
  /// `parameters` is `[sets, 3b + 1]`; all rows of x that belong to a set (rows/sets of them) share its row.
  public func circularSpline(
    _ x: Tensor, parameters: Tensor, _ shape: CircularSplineShape
  ) -> (y: Tensor, logSlope: Tensor) {
    let wantsGradient = hasGradient(x) || hasGradient(parameters)
    let y = make(rows: x.rows, columns: 1, stride: 1, wantsGradient: wantsGradient)
    let logSlope = make(rows: x.rows, columns: 1, stride: 1, wantsGradient: wantsGradient)
    var spline = kernelSpline(x, parameters, shape)
    let centred = arena.allocate(x.rows)
    for row in 0..<x.rows { centred[row] = value(x)[row] - 0.5 }
    kernels.table.pointee.splineForward(&spline, centred, value(y), value(logSlope))
    for row in 0..<x.rows {
      value(y)[row] = Circle.place(value(y)[row] + 0.5 + value(parameters)[turnPlace(row, x, parameters, shape)])
    }
    record(y) { tape in
      guard let dy = tape.clearedGradient(y), let dLogSlope = tape.clearedGradient(logSlope) else { return }
      // The kernel always computes the parameters' gradient; where it is not wanted, it goes to scratch memory.
      let dParameters = tape.clearedGradient(parameters) ?? tape.arena.allocate(parameters.storage)
      var spline = tape.kernelSpline(x, parameters, shape)
      tape.kernels.table.pointee.splineBackward(
        &spline, centred, dy, dLogSlope, tape.clearedGradient(x), dParameters)
      for row in 0..<x.rows { dParameters[tape.turnPlace(row, x, parameters, shape)] += dy[row] }
    }
    return (y, logSlope)
  }

  /// The inverse of `circularSpline`: x from y, from 0 to 1. It has no gradient.
  public func inverseCircularSpline(_ y: Tensor, parameters: Tensor, _ shape: CircularSplineShape) -> Tensor {
    let x = make(rows: y.rows, columns: 1, stride: 1, wantsGradient: false)
    let logSlope = arena.allocate(y.rows)
    var spline = kernelSpline(y, parameters, shape)
    let centred = arena.allocate(y.rows)
    for row in 0..<y.rows {
      centred[row] = Circle.place(value(y)[row] - value(parameters)[turnPlace(row, y, parameters, shape)]) - 0.5
    }
    kernels.table.pointee.splineInverse(&spline, centred, value(x), logSlope)
    for row in 0..<y.rows { value(x)[row] = Circle.place(value(x)[row] + 0.5) }
    return x
  }

  /// cos 2πkx and sin 2πkx of a column x for k = 1 … `count`: `[rows, 2·count]`, what a network sees of a place on the
  /// circle.
  public func harmonics(_ x: Tensor, count: Int) -> Tensor {
    precondition(x.columns == 1)
    let columns = 2 * count
    let out = make(rows: x.rows, columns: columns, stride: columns, wantsGradient: hasGradient(x))
    for row in 0..<x.rows {
      Circle.writeHarmonics(of: Double(value(x)[row * x.stride]), count: count, to: value(out) + row * columns)
    }
    record(out) { tape in
      guard let dOut = tape.writtenGradient(out), let dx = tape.clearedGradient(x) else { return }
      for row in 0..<x.rows {
        let (wave, d) = (tape.value(out) + row * columns, dOut + row * columns)
        var slope: Float = 0
        for k in 0..<count {
          slope += 2 * .pi * Float(k + 1) * (wave[2 * k] * d[2 * k + 1] - wave[2 * k + 1] * d[2 * k])
        }
        dx[row * x.stride] += slope
      }
    }
    return out
  }

  private func kernelSpline(_ x: Tensor, _ parameters: Tensor, _ shape: CircularSplineShape) -> MacrostateSpline {
    precondition(x.columns == 1 && x.stride == 1 && parameters.columns == shape.parameterCount)
    precondition((2...64).contains(shape.bins), "a spline has 2 to 64 bins")
    precondition(parameters.rows > 0 && x.rows % parameters.rows == 0)
    return MacrostateSpline(
      count: x.rows, rowsPerParameters: x.rows / parameters.rows, bins: shape.bins, closed: 1, bound: 0.5,
      parameters: UnsafePointer(value(parameters)), parameterStride: parameters.stride)
  }

  /// The place of the turn of a row of x.
  private func turnPlace(_ row: Int, _ x: Tensor, _ parameters: Tensor, _ shape: CircularSplineShape) -> Int {
    row / (x.rows / parameters.rows) * parameters.stride + 3 * shape.bins
  }
}
