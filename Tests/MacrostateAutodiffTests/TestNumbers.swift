/// Numbers that look random and are the same in every run (SplitMix64).
struct TestNumbers {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func word() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number in 0 ..< bound.
  mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }

  /// A number in −width ..< width.
  mutating func number(_ width: Float = 1) -> Float { width * (Float(word() >> 40) * 0x1p-23 - 1) }

  /// `count` numbers in −width ..< width.
  mutating func numbers(_ count: Int, _ width: Float = 1) -> [Float] { (0..<count).map { _ in number(width) } }
}
