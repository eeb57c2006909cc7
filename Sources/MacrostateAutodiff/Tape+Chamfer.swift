import CMacrostateKernels

/// The scratch memory of Chamfer distances: columns of coordinates, and the nearest neighbours both ways.
public struct ChamferBuffers {
  fileprivate var x: [Float] = []
  fileprivate var y: [Float] = []
  fileprivate var squares: [Float] = []
  /// The point of y that is nearest to each point of x.
  fileprivate var nearestToX: [Int32] = []
  /// The point of x that is nearest to each point of y.
  fileprivate var nearestToY: [Int32] = []

  /// Empty buffers; they grow as needed.
  public init() {}
}

extension Tape {
  /// Adds weight · Σ of the Chamfer distances of pairs of point sets to the loss, each
  ///
  ///     (1/n) Σᵢ minⱼ ‖xᵢ − yⱼ‖² + (1/m) Σⱼ minᵢ ‖yⱼ − xᵢ‖²     (Fan et al. 2017)
  ///
  /// The nearest neighbours of the forward pass are those of the gradient: where several are equally near, the first.
  ///
  /// - Parameters:
  ///   - y: `[sets, m·d]`, a set of m > 0 points in each row.
  ///   - x: the sets that they are compared with, `[Σ counts, d]`, row-major, one behind the other.
  ///   - counts: n > 0 of each set of x.
  ///   - dimension: d.
  public func addChamferDistances(
    _ y: Tensor, to x: UnsafePointer<Float>, counts: [Int], dimension d: Int, weight: Double,
    buffers: inout ChamferBuffers
  ) {
    precondition(counts.count == y.rows && y.columns % d == 0)
    let gradient = clearedGradient(y)
    var begin = 0
    for (row, count) in counts.enumerated() {
      let (target, points) = (x + begin * d, value(y) + row * y.stride)
      loss += weight * chamferDistance(points, y.columns / d, target, count, d, &buffers)
      if let gradient {
        addChamferGradient(
          points, y.columns / d, target, count, d, weight: weight, buffers, to: gradient + row * y.stride)
      }
      begin += count
    }
  }

  private func chamferDistance(
    _ y: UnsafePointer<Float>, _ m: Int, _ x: UnsafePointer<Float>, _ n: Int, _ d: Int,
    _ buffers: inout ChamferBuffers
  ) -> Double {
    setColumns(&buffers.x, x, n, d)
    setColumns(&buffers.y, y, m, d)
    if buffers.squares.count < max(n, m) { buffers.squares = Array(repeating: 0, count: max(n, m)) }
    if buffers.nearestToX.count < n { buffers.nearestToX = Array(repeating: 0, count: n) }
    if buffers.nearestToY.count < m { buffers.nearestToY = Array(repeating: 0, count: m) }
    kernels.table.pointee.nearest(d, n, buffers.x, n, m, buffers.y, m, &buffers.nearestToX, &buffers.squares)
    let forward = buffers.squares[..<n].reduce(0.0) { $0 + Double($1) } / Double(n)
    kernels.table.pointee.nearest(d, m, buffers.y, m, n, buffers.x, n, &buffers.nearestToY, &buffers.squares)
    return forward + buffers.squares[..<m].reduce(0.0) { $0 + Double($1) } / Double(m)
  }

  private func addChamferGradient(
    _ y: UnsafePointer<Float>, _ m: Int, _ x: UnsafePointer<Float>, _ n: Int, _ d: Int, weight: Double,
    _ buffers: ChamferBuffers, to gradient: UnsafeMutablePointer<Float>
  ) {
    let (toX, toY) = (Float(2 * weight / Double(n)), Float(2 * weight / Double(m)))
    for i in 0..<n {
      let j = Int(buffers.nearestToX[i])
      for k in 0..<d { gradient[j * d + k] += toX * (y[j * d + k] - x[i * d + k]) }
    }
    for j in 0..<m {
      let i = Int(buffers.nearestToY[j])
      for k in 0..<d { gradient[j * d + k] += toY * (y[j * d + k] - x[i * d + k]) }
    }
  }

  /// The transpose of points `[n, d]`: column k begins at k·n.
  private func setColumns(_ columns: inout [Float], _ points: UnsafePointer<Float>, _ n: Int, _ d: Int) {
    if columns.count < n * d { columns = Array(repeating: 0, count: n * d) }
    columns.withUnsafeMutableBufferPointer { columns in
      for i in 0..<n {
        for k in 0..<d { columns[k * n + i] = points[i * d + k] }
      }
    }
  }
}
