import Foundation
import MacrostateStorage
import Microstates

/// The units of a data set, and the factors by which the numbers of its files become numbers in them.
struct UnitScale: Sendable {
  /// The factor of lengths.
  private(set) var length = 1.0
  /// The factor of times.
  private(set) var time = 1.0
  /// The names of the units; "1" where nobody says them.
  private(set) var units = DatasetDescription.Units()
  /// What is said of the units before files are read: what the files mean, and what the user has said.
  private(set) var remarks: [String] = []

  /// The setting of a source that has the factor of times, where it is not 1.
  static let timeFactorKey = "factor of times"

  /// No conversion.
  init() {}

  /// The scale of files of the units `files` where the user asks for others.
  ///
  /// - Parameter hasOwnTimes: whether times are those of the files, and not steps by a time step in the user's unit.
  /// - Throws: `MacrostateError` of kind `usage` for files of different units of which none is asked for.
  init(_ files: [(url: URL, units: FileUnits)], length: MeasuringUnit?, time: MeasuringUnit?, hasOwnTimes: Bool) throws
  {
    let lengths = try Self.scale(files, .length, asked: length, isOfFiles: true)
    let times = try Self.scale(files, .time, asked: time, isOfFiles: hasOwnTimes)
    (self.length, self.time) = (lengths.factor, times.factor)
    units = DatasetDescription.Units(position: lengths.name, time: times.name)
    remarks = [lengths.remark, times.remark].compactMap(\.self)
  }

  private static func scale(
    _ files: [(url: URL, units: FileUnits)], _ quantity: MeasuringUnit.Quantity, asked: MeasuringUnit?, isOfFiles: Bool
  ) throws -> (factor: Double, name: String, remark: String?) {
    let known = files.map { $0.units.unit(of: quantity) }
    guard let first = files.first, let unit = known.first else { return (1, "1", nil) }
    if let other = known.firstIndex(where: { $0 != unit }) {
      throw MacrostateError(
        .usage,
        "\(first.url.path) and \(files[other].url.path): units of \(quantity.rawValue) are "
          + "\(unit?.name ?? "not said") and \(known[other]?.name ?? "not said"); import them by themselves, each with "
          + "--\(quantity.rawValue)-unit")
    }
    let quantityName = quantity.rawValue
    switch (unit, asked) {
    case (let unit?, let asked?) where isOfFiles:
      let factor = unit.factor(to: asked)
      return (
        factor, asked.name,
        factor == 1
          ? nil : "\(quantityName)s are in \(unit.name) in the file, and are multiplied by \(factor): \(asked.name)"
      )
    case (_, let asked?):
      return (1, asked.name, "\(quantityName)s are taken to be in \(asked.name), as --\(quantityName)-unit says")
    case (let unit?, nil): return (1, unit.name, nil)
    case (nil, nil): return (1, "1", nil)
    }
  }

  /// The factor of the column called `name`: velocities are lengths by times, others stay as they are.
  func factor(ofColumn name: String) -> Double {
    FeatureName.velocities.contains(name) ? length / time : 1
  }
}
