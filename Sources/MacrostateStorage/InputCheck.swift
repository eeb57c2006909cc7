/// Checks of one input; an error names it, says what is wrong, and what to do about it.
package struct InputCheck {
  private let source: String
  private let remedy: String

  /// Checks of `source`, a file or what its settings are for.
  package init(_ source: String, remedy: String = "") {
    self.source = source
    self.remedy = remedy.isEmpty ? "" : "; \(remedy)"
  }

  /// Throws `MacrostateError(.badData)` with `problem` where `condition` does not hold.
  package func callAsFunction(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
    guard condition else { throw MacrostateError(.badData, "\(source): \(problem())\(remedy)") }
  }
}
