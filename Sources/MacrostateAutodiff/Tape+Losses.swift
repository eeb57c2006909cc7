extension Tape {
  /// Adds weight · Σ (x − target)² to the loss; `target` has `columns` floats a row.
  public func addSquaredError(_ x: Tensor, to target: UnsafePointer<Float>, weight: Double) {
    let d = clearedGradient(x)
    let values = value(x)
    var sum = 0.0
    for row in 0..<x.rows {
      var rowSum: Float = 0
      for column in 0..<x.columns {
        let at = row * x.stride + column
        let difference = values[at] - target[row * x.columns + column]
        rowSum += difference * difference
        if let d { d[at] += 2 * Float(weight) * difference }
      }
      sum += Double(rowSum)
    }
    loss += weight * sum
  }

  /// Adds a loss that was computed elsewhere: its value, and its gradient with respect to x `[rows, columns]`.
  public func addLoss(_ value: Double, of x: Tensor, gradient: (_ row: Int, _ column: Int) -> Float) {
    loss += value
    if clearedGradient(x) != nil { addGradient(of: x, gradient) }
  }

  /// Adds weight · Σ −log N(x; 0, 1) to the loss, for a column x `[rows, 1]`.
  public func addStandardNormalLoss(_ x: Tensor, weight: Double) {
    precondition(x.columns == 1 && x.stride == 1)
    let values = value(x)
    var sum = 0.0
    for row in 0..<x.rows { sum += 0.5 * Double(values[row]) * Double(values[row]) }
    loss += weight * (sum + 0.5 * Double.log2Pi * Double(x.rows))
    if let d = clearedGradient(x) { kernels.table.pointee.addScaled(x.rows, Float(weight), values, d) }
  }

  /// Adds weight · Σ x to the loss, for a column x `[rows, 1]`.
  public func addSum(_ x: Tensor, weight: Double) {
    precondition(x.columns == 1 && x.stride == 1)
    let values = value(x)
    var sum = 0.0
    for row in 0..<x.rows { sum += Double(values[row]) }
    loss += weight * sum
    if let d = clearedGradient(x) { for row in 0..<x.rows { d[row] += Float(weight) } }
  }
}

extension Double {
  /// log 2π.
  package static var log2Pi: Double { 1.8378770664093453 }
}
