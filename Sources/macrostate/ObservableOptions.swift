import ArgumentParser
import MacrostateKit

/// Observables to compute from the particles.
struct ObservableOptions: ParsableArguments {
  @Option(
    name: .customLong("observable"),
    help: ArgumentHelp(
      "Compute an observable from the positions; may be given several times: "
        + NamedObservable.allCases.map(\.rawValue).joined(separator: ", ") + "."))
  var names: [String] = []

  @Option(help: "Distance below which particles are neighbours.")
  var cutoff: Double?

  @Option(help: "Intervals of distance of the radial distribution.")
  var bins: Int?

  @Option(
    name: .customLong("positions"),
    help: "Frames whose positions are kept, start:stop:step:length, such as 0:100,100:501:4:2; observables of all.",
    transform: FrameSelection.init)
  var positions = FrameSelection.all

  func request() throws -> ObservableRequest {
    try ObservableRequest(named: names, cutoff: cutoff, bins: bins)
  }
}

/// Names separated by commas.
func commaSeparated(_ text: String) -> [String] {
  text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
}
