import MacrostateStorage

/// Access to single frames: no allocation, no locks.
extension Dataset {
  /// The number n of points of `species` in `frame`.
  @inlinable public func pointCount(frame: Int, species: Int) -> Int {
    let place = locate(frame: frame)
    return rows(place, species).count
  }

  /// The number of points of all species in `frame`.
  public func pointCount(frame: Int) -> Int {
    let place = locate(frame: frame)
    let offsets = shards[place.shard].offsets
    return Int(offsets[(place.frame + 1) * speciesCount] - offsets[place.frame * speciesCount])
  }

  /// Whether the positions of `frame` are stored, and not only its observables.
  ///
  /// Where this is false every species has 0 points: there is nothing to encode.
  public func hasPositions(frame: Int) -> Bool { pointCount(frame: frame) > 0 }

  /// Calls `body` with the positions `[n, d]` of the points of `species` in `frame`, valid only during the call; empty
  /// for states without positions.
  @inlinable public func withPositions<Result, Failure: Error>(
    frame: Int, species: Int, _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let place = locate(frame: frame)
    guard let positions = shards[place.shard].positions else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    let rows = rows(place, species)
    let width = description.dimension
    return try positions.withUnsafeBufferPointer(
      in: (rows.lowerBound * width)..<(rows.upperBound * width), body)
  }

  /// Calls `body` with the features `[n, c]` of the points of `species` in `frame`, valid only during the call; empty
  /// where the data set has no features.
  @inlinable public func withFeatures<Result, Failure: Error>(
    frame: Int, species: Int, _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let place = locate(frame: frame)
    guard let features = shards[place.shard].features else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    let rows = rows(place, species)
    let width = features.shape[1]
    return try features.withUnsafeBufferPointer(in: (rows.lowerBound * width)..<(rows.upperBound * width), body)
  }

  /// The time of `frame`, in the data set's unit of time.
  public func time(ofFrame frame: Int) -> Double {
    let place = locate(frame: frame)
    return shards[place.shard].time[place.frame]
  }

  /// The box of `frame`, its origin relative to the offset as positions are; nil for open space.
  public func box(ofFrame frame: Int) -> SimulationBox? {
    let place = locate(frame: frame)
    guard let numbers = shards[place.shard].boxNumbers(place.frame), let box = description.box else {
      return description.box
    }
    return SimulationBox(numbers: numbers, boundaries: box.boundaries)
  }

  /// Whether frames have boxes of their own.
  public var hasChangingBoxes: Bool { shards.contains { $0.boxes != nil } }

  /// The observables `[k]` of `frame`.
  public func observables(ofFrame frame: Int) -> [Double] {
    let place = locate(frame: frame)
    guard let observables = shards[place.shard].observables else { return [] }
    let width = observables.shape[1]
    return observables.withUnsafeBufferPointer(in: (place.frame * width)..<((place.frame + 1) * width), Array.init)
  }

  /// The rows of the points of `species` in a frame of a shard.
  @usableFromInline func rows(_ place: (shard: Int, frame: Int), _ species: Int) -> Range<Int> {
    precondition(species >= 0 && species < speciesCount, "species outside the data set")
    let index = place.frame * speciesCount + species
    let offsets = shards[place.shard].offsets
    return Int(offsets[index])..<Int(offsets[index + 1])
  }
}
