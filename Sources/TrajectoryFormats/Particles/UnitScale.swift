import Foundation
import MacrostateStorage
import Microstates

/// The units of a data set, and the factors by which the numbers of its files become numbers in them.
struct UnitScale: Sendable {
  /// The name of the factor of times among the settings of an import.
  static let timeFactorKey = "factor of times"

  /// The factor of lengths.
  private(set) var length = 1.0
  /// The factor of times.
  private(set) var time = 1.0
  /// The names of the units; "1" where nobody says them.
  private(set) var units = DatasetDescription.Units()
  /// What is said of the units before files are read: what the files mean, and what the user has said.
  private(set) var remarks: [String] = []
  /// The units that the user asks for.
  private var asked: (length: MeasuringUnit?, time: MeasuringUnit?) = (nil, nil)
  private var hasOwnTimes = true

  /// No conversion.
  init() {}

  /// The scale of files of the units `files` where the user asks for others; of several units, that of the first file.
  ///
  /// - Parameter hasOwnTimes: whether times are those of the files, and not steps by a time step in the user's unit.
  /// - Throws: `MacrostateError` of kind `usage` for files of different units of which none is asked for.
  init(_ files: [(url: URL, units: FileUnits)], length: MeasuringUnit?, time: MeasuringUnit?, hasOwnTimes: Bool) throws
  {
    asked = (length, time)
    self.hasOwnTimes = hasOwnTimes
    guard let first = files.first else { return }
    for file in files {
      for (quantity, target) in [(MeasuringUnit.Quantity.length, length), (.time, time)] {
        let (own, other) = (first.units.unit(of: quantity), file.units.unit(of: quantity))
        guard own != other, target == nil || own == nil || other == nil else { continue }
        throw MacrostateError(
          .usage,
          "\(first.url.path) and \(file.url.path): units of \(quantity.rawValue) are \(own?.name ?? "not said") and "
            + "\(other?.name ?? "not said"); name that of the data set, --\(quantity.rawValue)-unit, or import files that "
            + "say none by themselves")
      }
    }
    let lengths = Self.scale(first.units, .length, asked: length, isOfFiles: true)
    let times = Self.scale(first.units, .time, asked: time, isOfFiles: hasOwnTimes)
    (self.length, self.time) = (lengths.factor, times.factor)
    units = DatasetDescription.Units(position: lengths.name, time: times.name)
    remarks = [lengths.remark, times.remark].compactMap(\.self)
  }

  /// The same for a file of other units.
  func adapted(to units: FileUnits) -> UnitScale {
    var scale = self
    scale.length = Self.scale(units, .length, asked: asked.length, isOfFiles: true).factor
    scale.time = Self.scale(units, .time, asked: asked.time, isOfFiles: hasOwnTimes).factor
    return scale
  }

  /// Whether files of all units become those that the user asks for.
  var convertsAll: Bool { asked.length != nil && asked.time != nil }

  private static func scale(
    _ units: FileUnits, _ quantity: MeasuringUnit.Quantity, asked: MeasuringUnit?, isOfFiles: Bool
  ) -> (factor: Double, name: String, remark: String?) {
    let name = quantity.rawValue
    switch (units.unit(of: quantity), asked) {
    case (let unit?, let asked?) where isOfFiles:
      let factor = unit.factor(to: asked)
      let remark = "\(name)s are in \(unit.name) in the file, and are multiplied by \(factor): \(asked.name)"
      return (factor, asked.name, factor == 1 ? nil : remark)
    case (_, let asked?):
      return (1, asked.name, "\(name)s are taken to be in \(asked.name), as --\(name)-unit says")
    case (let unit?, nil): return (1, unit.name, nil)
    case (nil, nil): return (1, "1", nil)
    }
  }

  /// The factor of the column called `name`: velocities are lengths by times, others stay as they are.
  func factor(ofColumn name: String) -> Double {
    FeatureName.velocities.contains(name) ? length / time : 1
  }
}
