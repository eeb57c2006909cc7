import MacrostateCompute

/// `count` standard normal numbers, the same in every run.
public func testNormals(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: .evaluation)
  return stream.normals(count)
}

/// The largest difference of two lists of one length; infinite where lengths differ.
public func difference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

/// Row i of a matrix of `columns` columns.
public func row(_ i: Int, of values: [Float], _ columns: Int) -> [Float] {
  Array(values[i * columns..<(i + 1) * columns])
}
