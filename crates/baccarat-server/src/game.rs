//! The game as the engine sees it: tables are rooms, and what needs no table is a whisper, or a look at one's balance.

use std::sync::Arc;

use baccarat::Seed;
use directory::{GameName, Nodes, Taken};
use protocol::message::ErrorNtf;
use protocol::message::baccarat::{BalanceReq, BalanceRes, CutReq, GameBetReq, GameStartReq, StakeReq};
use protocol::{ErrorCode, PacketId};
use room_server::WebGame;
use rooms::{Delivery, Game, Handled, Incoming, Login, Outside, User};
use talk::Talk;

use crate::event::Event;
use crate::house::House;
use crate::ledger::{Amount, Handle, Tables};
use crate::settings::TableSettings;
use crate::table::Table;

/// What baccarat servers are called in a directory.
pub const BACCARAT: GameName = GameName::new("baccarat");

/// The game as browsers have it.
pub const WEB: WebGame = WebGame {
    name: "baccarat",
    port: 11_081,
};

/// Packets that only a member of a table may send.
const AT_A_TABLE: [PacketId; 4] = [GameStartReq::ID, GameBetReq::ID, StakeReq::ID, CutReq::ID];

/// Baccarat in rooms.
pub struct Baccarat {
    talk: Talk,
    house: Arc<House>,
}

impl Baccarat {
    /// A house of tables with this ledger, whose packets have `max_packet` bytes at most, header included. `seeds` is
    /// asked for the seed of each shoe: 32 bytes that nobody can guess.
    #[must_use]
    pub fn new(settings: TableSettings, ledger: Handle, max_packet: usize, seeds: fn() -> Seed) -> Self {
        Self {
            talk: Talk::new(max_packet),
            house: Arc::new(House::new(settings, ledger, max_packet, seeds)),
        }
    }

    /// The same on one of many servers, which has these places among them. Its tables begin at [`Nodes::first_room`], which
    /// [`Config::first_room`](rooms::Config::first_room) must say, and their unique ids at [`Nodes::first_unique_id`].
    #[must_use]
    pub fn in_directory(self, nodes: Arc<Nodes>) -> Self {
        Self {
            talk: Talk::in_directory(nodes, self.house.max_packet),
            ..self
        }
    }

    /// The balance is that of the ledger, so it takes its way: behind every stake that was asked for before.
    fn balance(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<(), ErrorCode> {
        packet.decode::<BalanceReq>()?;
        let (outside, ticket) = (self.house.outside(), delivery.park());
        let reply = move |balance| outside.resume(ticket, Event::Balance(balance));
        self.house.ledger.balance(&Arc::from(from.user_id), reply);
        Ok(())
    }
}

impl Game for Baccarat {
    type Room = Table;

    fn start(&self, outside: Outside<Event>) {
        let ledger = self.house.ledger.clone();
        // Before anybody plays there: nobody else stores anything for these tables any more, and the rounds that were left
        // open there are closed.
        let prepare = move |slot: &Taken| Ok(ledger.take_tables(Tables::of(slot))?);
        self.talk.start_preparing(outside.clone(), prepare);
        self.house.start(outside);
    }

    fn new_room(&self, number: i32) -> Table {
        Table::new(number, self.talk.clone(), Arc::clone(&self.house))
    }

    fn packet(
        &self,
        delivery: &mut Delivery,
        from: &User<'_>,
        packet: &mut Incoming<'_>,
    ) -> Result<Handled, ErrorCode> {
        if packet.packet_id() != BalanceReq::ID {
            return self.talk.packet(delivery, from, packet);
        }
        self.balance(delivery, from, packet)?;
        Ok(Handled::Yes)
    }

    fn needs_room(&self, packet: &Incoming<'_>) -> bool {
        AT_A_TABLE.contains(&packet.packet_id()) || self.talk.needs_room(packet)
    }

    fn event(&self, delivery: &mut Delivery, user: &User<'_>, event: Event) {
        let balance = match event {
            Event::Balance(balance) => balance,
            Event::Talk(event) => return self.talk.event(delivery, user, event),
            // Those go to tables.
            _ => return,
        };
        // A packet of one number can always be built.
        let _ = match balance.map(Amount::hundredths) {
            Ok(balance) => delivery.send(user.session, &BalanceRes { balance }),
            Err(refusal) => {
                let error = refusal.code().unwrap_or(ErrorCode::NOT_STORED);
                delivery.send(user.session, &ErrorNtf { error })
            }
        };
    }

    fn elsewhere(&self, delivery: &mut Delivery, user: &User<'_>, room: i32) -> bool {
        self.talk.enter_elsewhere(delivery, user, room)
    }

    fn logged_out(&self, user: &User<'_>) {
        self.talk.logged_out(user);
    }

    fn checks_logins(&self) -> bool {
        self.talk.checks_logins()
    }

    fn check_login(&self, login: &Login<'_>) -> Result<(), ErrorCode> {
        self.talk.check_login(login)
    }

    fn session_ended(&self, user_id: &str, session: u64) {
        self.talk.session_ended(user_id, session);
    }
}
