extension Double {
  /// The number of half precision (IEEE 754, 16 bits) of this bit pattern, exactly.
  init(halfBitPattern bits: UInt16) {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF) / 1024
    let magnitude: Double =
      switch exponent {
      case 0: fraction * 0x1p-14
      case 31: fraction == 0 ? .infinity : .nan
      default: Double(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
      }
    self = bits >> 15 == 0 ? magnitude : -magnitude
  }
}

/// A `long double` of x86: 64 bits of a significand, whose first one is written, then 15 of an exponent and a sign.
struct LongDouble {
  let significand: UInt64
  private let exponent: Int
  private let isNegative: Bool

  /// A number of two words; what the second has above 16 bits means nothing.
  init(significand: UInt64, head: UInt64) {
    self.significand = UInt64(littleEndian: significand)
    let head = UInt64(littleEndian: head)
    exponent = Int(head & 0x7FFF)
    isNegative = head & 0x8000 != 0
  }

  /// Whether it is 0, not finite, or a number in the range of `Double`, normal as all but the least are.
  ///
  /// A number in another format of 128 bits hardly ever is.
  var isPlausible: Bool {
    if significand == 0 && exponent == 0 { return true }
    return significand >> 63 == 1 && (exponent == 0x7FFF || abs(exponent - 16383) <= 1100)
  }

  /// The number, rounded.
  var value: Double {
    let magnitude: Double =
      if significand == 0 && exponent == 0 {
        0
      } else if exponent == 0x7FFF {
        significand << 1 == 0 ? .infinity : .nan
      } else {
        Double(sign: .plus, exponent: exponent - 16383 - 63, significand: Double(significand))
      }
    return isNegative ? -magnitude : magnitude
  }
}
