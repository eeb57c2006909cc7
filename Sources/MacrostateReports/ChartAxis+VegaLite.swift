import Foundation

extension ChartAxis {
  /// The Vega-Lite position channel of this axis for `values`, which decide how the axis runs: whether a logarithm can
  /// be taken, and how numbers are written. Axes of one `room` in pixels align from chart to chart.
  func channel(field: String, values: [Double], domain: ClosedRange<Double>? = nil, room: Int = 0) -> JSONValue {
    let finite = values.filter(\.isFinite)
    let lowest = finite.min() ?? 0
    let highest = finite.max() ?? 0
    let isLogarithmic = scale == .logarithmic && lowest > 0
    let largest = finite.map(abs).max() ?? 0
    // A logarithmic axis is rounded to powers of ten, which would squeeze curves that span less than that.
    let isRounded = field != "x" && (!isLogarithmic || highest / lowest > 30)
    var scale: JSONValue = [
      "type": isLogarithmic ? "log" : "linear", "zero": false, "nice": .bool(isRounded),
    ]
    if let domain { scale = scale.merging(["domain": .numbers([domain.lowerBound, domain.upperBound])]) }
    var axis: JSONValue = [
      "tickCount": 5, "minExtent": .number(Double(room)),
      "labelExpr": .string(Self.labels(isLogarithmic: isLogarithmic, highest: largest)),
    ]
    if isLogarithmic, isRounded {
      axis = axis.merging(["values": .array(Self.decades(from: lowest, to: highest).map(JSONValue.number))])
    }
    return [
      "field": .string(field), "type": "quantitative", "title": .string(label), "scale": scale, "axis": axis,
    ]
  }

  /// The powers of ten around `lowest` and `highest`, or every second, third, … of them: at most about seven.
  private static func decades(from lowest: Double, to highest: Double) -> [Double] {
    let first = Int(log10(lowest).rounded(.down))
    let last = Int(log10(highest).rounded(.up))
    return stride(from: first, through: last, by: (last - first) / 7 + 1).map { pow(10, Double($0)) }
  }

  /// Numbers as Vega writes them, except on an axis whose numbers are all small, and far from 1 on a logarithmic one:
  /// there as `5e-3`.
  private static func labels(isLogarithmic: Bool, highest: Double) -> String {
    let exponent = "format(datum.value, '~e')"
    if isLogarithmic { return "datum.label == '' || datum.value > 5e-3 ? datum.label : \(exponent)" }
    return highest < 2e-2 ? "datum.value == 0 ? '0' : \(exponent)" : "datum.label"
  }
}
