import Foundation
extension RunConfiguration {
  public var yamlText: String { "" }
  public init(contentsOf url: URL) throws { self.init() }
  public func resultDifferences(from other: RunConfiguration) -> [String] { [] }
}
