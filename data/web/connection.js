// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The way to the host: dials, subscribes, notices when nobody answers, dials
// again. Each dial is a new client of MQTT.js, so that nothing of a dead
// connection lives on in the next; what must be sent again is the outbox's
// matter.

const connectTimeoutMs = 5_000;
const firstRedialMs = 500;
const redialMs = 2_000;
const wakePatienceMs = 3_000;
const beatMs = 5_000;
const quietMs = 15_000;
const quietPatienceMs = 5_000;
const answerMs = 4_000;

// Whom the host has sent away: it keeps them out for ten minutes.
const sentAwayRedialMs = 60_000;
// A host that closes for a reason of its own may have told it in a packet that MQTT.js has yet to read.
const reasonPatienceMs = 500;
const policyClose = 1008;
const goingAway = 1001;

// Unless the host says how large a packet may be.
const usualPacketBytes = 2_000_000;

// MQTT 5.0, and 3.1.1 for who does not speak it.
const protocols = {
  5: { protocolId: 'MQTT', protocolVersion: 5, clean: true },
  4: { protocolId: 'MQTT', protocolVersion: 4, clean: true },
};

const subprotocols = ['mqtt'];

// CONNACK: this version is not spoken; 3.1.1 and 5.0 have numbers of their own.
const versionRefusals = new Set([1, 0x84]);

// CONNACK: bad user name or password, not authorized.
const refusals = new Set([4, 5, 0x86, 0x87]);

// CONNACK: that was not the password.
const wrongKey = new Set([4, 0x86]);

// CONNACK: banned; DISCONNECT: administrative action.
const sentAway = new Set([0x8a, 0x98]);

// DISCONNECT: the host stops.
const shuttingDown = 0x8b;

// Reason codes from here on say that something was not done.
const refusalCode = 0x80;

// A host that was lost and is not found so often counts as gone.
const goneDials = 3;

// CONNACK: what may be because of the will: not authorized, retain and QoS not supported.
const willRefusals = new Set([5, 0x87, 0x9a, 0x9b]);

export class Connection {
  #mqtt;
  #url;
  #clientId;
  #filter;
  #lesser;
  #others;
  #will;
  #login;
  #onState;
  #onMessage;
  #client = null;
  #socket = null;
  #earlySocket = null;
  #dialledMs = 0;
  #redialTimer = 0;
  #answerTimer = 0;
  #probeTimer = 0;
  #probeEndsMs = 0;
  #heardMs = 0;
  #hasFailed = false;
  #version = 5;
  #refusal = '';
  #isEnding = false;
  #wasThere = false;
  #hasEnded = false;
  #failures = 0;
  #isWillRefused = false;

  // 'connecting', 'connected' or 'offline'
  state = 'connecting';
  // the largest packet that the host takes
  packetBytes = usualPacketBytes;
  // whether the host let the page subscribe to the lesser filter only
  isLesser = false;
  // why it is not connected: '', 'lost', 'silent', 'ended' (the host has said goodbye), 'gone' (it has not, and is not
  // found again), 'device', 'refused', 'wrong-key', 'sent-away', 'unreadable'
  reason = '';

  /*
   * `mqtt` returns MQTT.js, or nothing as long as it is not there. Subscribes to `filter`,
   * or where the host does not let it, to `lesser`; besides to `others`, an array of
   * { filter, qos }, as far as the host lets it. `will` is the
   * topic where what is retained goes when the connection ends; where the host does not
   * take it, the page does without. `login` returns { username, password } or nothing.
   * `onState` is called after `state` or `reason` has changed, `onMessage` with
   * the topic, the payload's bytes, whether the message was retained, and the
   * user properties of MQTT 5.0.
   */
  constructor({ mqtt, url, clientId, filter, lesser, others, will, login = () => ({}), onState, onMessage }) {
    this.#mqtt = mqtt;
    this.#url = url;
    this.#clientId = clientId;
    this.#filter = filter;
    this.#lesser = lesser;
    this.#others = others;
    this.#will = will;
    this.#login = login;
    this.#onState = onState;
    this.#onMessage = onMessage;
  }

  /*
   * Opens the WebSocket of the first dial while there is no MQTT.js yet: the host answers while that is being read. To be
   * followed by start() or discard().
   */
  prepare() {
    try {
      this.#earlySocket = new WebSocket(this.#url, subprotocols);
    } catch {
      // The dial fails for the same reason, and tells of it.
    }
  }

  // It is of no use any more, or there will be no start().
  discard() {
    this.#earlySocket?.close();
    this.#earlySocket = null;
  }

  start() {
    setInterval(() => this.#beat(), beatMs);
    this.#dial();
  }

  get isConnected() {
    return this.state === 'connected';
  }

  // Whether the others learn of it when this connection ends.
  get hasWill() {
    return !this.#isWillRefused;
  }

  // Calls `done` with true when the host has acknowledged the message, with false when it refused it or this connection
  // ended before; and with whether it refused it.
  publish(topic, payload, done, { qos = 1, isRetained = false } = {}) {
    const client = this.#client;
    client.publish(topic, payload, { qos, retain: isRetained }, (error) => done(!error, error?.code >= refusalCode));
    if (qos === 0)
      return;
    const sentMs = performance.now();
    setTimeout(() => {
      if (client === this.#client && this.#heardMs < sentMs)
        this.#probe(wakePatienceMs);
    }, answerMs);
  }

  // The page came back to the front, or the network did: whatever the badge
  // says must be found out anew, at once.
  wake() {
    if (this.isConnected)
      this.#probe(wakePatienceMs);
    else if (this.reason !== 'sent-away' && (performance.now() - this.#dialledMs > wakePatienceMs || this.#client === null))
      this.#dial();
  }

  // Somebody knows the password now, or wants to try again.
  dialAnew() {
    this.#dial();
  }

  // The browser says that there is no network. Dialling goes on: a host on
  // this very computer is reached without one.
  cut() {
    this.discard();
    this.#drop();
    this.#hasFailed = true;
    this.#setState('offline', 'device');
    this.#redialLater(redialMs);
  }

  #setState(state, reason) {
    if (state === this.state && reason === this.reason)
      return;
    this.state = state;
    this.reason = reason;
    this.#onState();
  }

  #dial() {
    const mqtt = this.#mqtt();
    if (mqtt === undefined)
      return;
    this.#drop();
    this.#dialledMs = performance.now();
    this.#refusal = '';
    this.#isEnding = false;
    if (!this.#hasFailed)
      this.#setState('connecting', '');

    let client;
    try {
      client = mqtt.connect(this.#url, {
        ...protocols[this.#version],
        ...this.#login(),
        clientId: this.#clientId,
        keepalive: 60,
        connectTimeout: connectTimeoutMs,
        reconnectPeriod: 0,
        timerVariant: 'native',
        will: this.hasWill ? { topic: this.#will, payload: '', qos: 1, retain: true } : undefined,
        createWebsocket: () => this.#openSocket(),
      });
    } catch {
      this.#lose('silent');
      return;
    }
    this.#client = client;

    // A client that was dropped may still have something to say; only the
    // current one is listened to.
    const current = (handler) => (...args) => {
      if (client === this.#client)
        handler(...args);
    };
    client.on('error', current((error) => {
      if (this.#version === 5 && versionRefusals.has(error?.code)) {
        this.#version = 4;
        this.#dial();
        return;
      }
      if (sentAway.has(error?.code)) {
        this.#refusal = 'sent-away';
        this.#lose('lost');
        return;
      }
      // Rules may forbid to publish there, and hosts to retain anything.
      if (this.hasWill && !this.isConnected && willRefusals.has(error?.code) && !wrongKey.has(error?.code)) {
        this.#isWillRefused = true;
        this.#dial();
        return;
      }
      if (refusals.has(error?.code))
        this.#refusal = wrongKey.has(error?.code) && 'password' in this.#login() ? 'wrong-key' : 'refused';
      this.#lose(this.isConnected ? 'lost' : 'silent');
    }));
    client.on('packetreceive', current(() => this.#hear()));
    client.on('message', current((topic, bytes, packet) => {
      this.#onMessage(topic, bytes, packet.retain === true, packet.properties?.userProperties);
    }));
    client.on('connect', current((connack) => {
      this.packetBytes = connack.properties?.maximumPacketSize ?? usualPacketBytes;
      this.#answerTimer = setTimeout(() => this.#lose('silent'), connectTimeoutMs);
      this.#subscribe(client, this.#filter);
      for (const { filter, qos } of this.#others)
        client.subscribe(filter, { qos }, () => {});
    }));
    client.on('disconnect', current((packet) => {
      if (sentAway.has(packet?.reasonCode))
        this.#refusal = 'sent-away';
      this.#hasEnded ||= packet?.reasonCode === shuttingDown;
      this.#lose('lost');
    }));
    client.on('close', current(() => {
      if (!this.#isEnding)
        this.#lose(this.isConnected ? 'lost' : 'silent');
    }));
  }

  // The host may have closed a prepared one, if it was not needed soon.
  #takeSocket() {
    const socket = this.#earlySocket;
    this.#earlySocket = null;
    return socket !== null && socket.readyState <= WebSocket.OPEN ? socket : new WebSocket(this.#url, subprotocols);
  }

  #openSocket() {
    const socket = this.#takeSocket();
    this.#socket = socket;
    socket.addEventListener('open', () => {
      if (socket === this.#socket)
        this.#setState('connecting', this.reason);
    });
    // Sooner than MQTT.js, which first works off what it has read.
    socket.addEventListener('close', ({ code }) => {
      if (socket !== this.#socket || !this.isConnected)
        return;
      if (code !== policyClose && code !== goingAway) {
        this.#lose('lost');
        return;
      }
      this.#isEnding = true;
      this.#answerTimer = setTimeout(() => this.#lose('lost'), reasonPatienceMs);
    });
    return socket;
  }

  #subscribe(client, filter) {
    client.subscribe(filter, { qos: 1 }, (error, granted) => {
      if (client !== this.#client)
        return;
      if (error || granted?.some(({ qos }) => qos > 2)) {
        this.#refusal = 'unreadable';
        if (filter === this.#lesser)
          this.#lose('silent');
        else
          this.#subscribe(client, this.#lesser);
        return;
      }
      if (this.#socket?.readyState !== WebSocket.OPEN)
        return;
      clearTimeout(this.#answerTimer);
      this.#hasFailed = false;
      this.#wasThere = true;
      this.#hasEnded = false;
      this.#failures = 0;
      this.#refusal = '';
      this.isLesser = filter === this.#lesser;
      this.#setState('connected', '');
    });
  }

  // Lets go of the current client, whatever it is doing.
  #drop() {
    clearTimeout(this.#redialTimer);
    clearTimeout(this.#answerTimer);
    clearTimeout(this.#probeTimer);
    this.#probeTimer = 0;
    const client = this.#client;
    this.#client = null;
    this.#socket = null;
    client?.end(true);
  }

  #lose(reason) {
    const wasConnected = this.isConnected;
    this.#drop();
    this.#isWillRefused = false;
    this.#hasFailed = true;
    this.#failures = wasConnected || this.#refusal ? 0 : this.#failures + 1;
    this.#setState('offline', this.#refusal || (navigator.onLine ? this.#absence(reason) : 'device'));
    if (this.#refusal === 'sent-away')
      this.#redialLater(sentAwayRedialMs);
    else
      this.#redialLater(wasConnected ? firstRedialMs : redialMs);
  }

  // What has become of a host that was there once.
  #absence(reason) {
    if (this.#wasThere && this.#hasEnded)
      return 'ended';
    return this.#wasThere && this.#failures >= goneDials ? 'gone' : reason;
  }

  #redialLater(delayMs) {
    this.#redialTimer = setTimeout(() => this.#dial(), delayMs);
  }

  #hear() {
    this.#heardMs = performance.now();
    clearTimeout(this.#probeTimer);
    this.#probeTimer = 0;
  }

  // Asks the host for a sign of life; without one the connection counts as lost.
  #probe(patienceMs) {
    const endsMs = performance.now() + patienceMs;
    if (this.#probeTimer !== 0 && this.#probeEndsMs <= endsMs)
      return;
    if (this.#probeTimer === 0)
      this.#client.sendPing();
    clearTimeout(this.#probeTimer);
    this.#probeEndsMs = endsMs;
    this.#awaitSign(patienceMs, this.#socket.bufferedAmount);
  }

  #awaitSign(patienceMs, waitingBytes) {
    this.#probeTimer = setTimeout(() => {
      // A long message on a slow network: the question is still on its way.
      const nowBytes = this.#socket.bufferedAmount;
      if (nowBytes < waitingBytes)
        this.#awaitSign(patienceMs, nowBytes);
      else
        this.#lose('silent');
    }, patienceMs);
  }

  #beat() {
    const isQuiet = performance.now() - this.#heardMs > quietMs;
    if (this.isConnected && isQuiet && document.visibilityState === 'visible')
      this.#probe(quietPatienceMs);
  }
}
