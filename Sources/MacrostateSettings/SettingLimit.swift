/// A limit of a setting's value beyond its type.
public struct SettingLimit<Value: Sendable>: Sendable {
  /// The limit in words that follow the type's, for the documentation: "from 2 to 64".
  public let phrase: String
  /// The demand that the value does not meet, in words that follow "must be"; nil for a good value.
  public let demand: @Sendable (Value) -> String?

  /// A limit of these words.
  public init(phrase: String, demand: @escaping @Sendable (Value) -> String?) {
    self.phrase = phrase
    self.demand = demand
  }

  /// No limit.
  public static var none: Self { Self(phrase: "") { _ in nil } }
}

/// Asked so that a number that is not one (NaN) satisfies no limit.
extension SettingLimit where Value: Comparable {
  /// least ≤ value.
  public static func atLeast(_ least: Value) -> Self {
    Self(phrase: "of at least \(least)") { $0 >= least ? nil : "at least \(least)" }
  }

  /// least ≤ value ≤ most.
  public static func between(_ least: Value, _ most: Value) -> Self {
    Self(phrase: "from \(least) to \(most)") { value in
      value >= least ? (value <= most ? nil : "at most \(most)") : "at least \(least)"
    }
  }

  /// low < value ≤ most.
  public static func above(_ low: Value, atMost most: Value) -> Self {
    Self(phrase: "above \(low), at most \(most)") { value in
      value > low ? (value <= most ? nil : "at most \(most)") : "greater than \(low)"
    }
  }

  /// least ≤ value < high.
  public static func between(_ least: Value, below high: Value) -> Self {
    Self(phrase: "from \(least) to less than \(high)") { value in
      value >= least ? (value < high ? nil : "less than \(high)") : "at least \(least)"
    }
  }

  /// low < value < high.
  public static func inside(_ low: Value, _ high: Value) -> Self {
    Self(phrase: "above \(low), less than \(high)") { value in
      value > low ? (value < high ? nil : "less than \(high)") : "greater than \(low)"
    }
  }
}

extension SettingLimit<Int> {
  /// Numbers of steps.
  public static var steps: Self { .between(1, 1_000_000_000) }

  /// 0, which turns something off, or least ≤ value ≤ most.
  public static func zeroOrBetween(_ least: Int, _ most: Int) -> Self {
    Self(phrase: "0, or from \(least) to \(most)") { value in
      value == 0 || (least...most).contains(value) ? nil : "0 or from \(least) to \(most)"
    }
  }
}

extension SettingLimit<Double> {
  /// 0 < value.
  public static var positive: Self { Self(phrase: "above 0") { $0 > 0 ? nil : "greater than 0" } }

  /// Learning rates.
  public static var rate: Self { .above(0.0, atMost: 1) }
}

extension SettingLimit<Double?> {
  /// Nothing, or a number that obeys `limit`.
  public static func optional(_ limit: SettingLimit<Double>) -> Self {
    Self(phrase: limit.phrase) { $0.flatMap(limit.demand) }
  }
}

extension SettingLimit<[Int]> {
  /// Layer widths: each from 1 to 8192, and at least `count` of them.
  public static func widths(atLeast count: Int = 0) -> Self {
    let entries = "each from 1 to 8192"
    return Self(phrase: count > 0 ? "\(entries), at least \(count)" : entries) { value in
      if value.count < count { return "a list of at least \(count)" }
      return value.allSatisfy { (1...8192).contains($0) } ? nil : "a list of integers from 1 to 8192"
    }
  }
}

extension SettingLimit<[String: String]> {
  /// Regimes: a name and a path for each; the name becomes part of file names.
  public static var regimes: Self {
    Self(phrase: "") { value in
      for (regime, path) in value {
        if path.isEmpty { return "regimes with a data set each ('\(regime)' has none)" }
        let isPlain = regime.unicodeScalars.allSatisfy {
          $0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.+".unicodeScalars.contains($0)
        }
        if regime.isEmpty || regime.hasPrefix(".") || !isPlain {
          return "regimes named by letters, digits, '-', '_', '+' and '.' ('\(regime)' is not)"
        }
      }
      return nil
    }
  }
}
